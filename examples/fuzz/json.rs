//! Mutates JSON texts so that they stay JSON: added and removed members, other types, values of other inputs.

use serde_json::{Map, Value, json};

use crate::mutate::{EDGES, ODD, PART};
use crate::world::rng::Rng;

/// Mutates one value in one of the input's parts. Returns false if that part is not JSON.
pub fn change(rng: &mut Rng, words: &[&str], out: &mut Vec<u8>, other: &[u8]) -> bool {
    let mut parts: Vec<Vec<u8>> = out.split(|b| *b == PART).map(<[u8]>::to_vec).collect();
    let at = rng.within(0, parts.len() as u64) as usize;
    let Ok(mut value) = serde_json::from_slice::<Value>(&parts[at]) else { return false };
    let donors: Vec<Value> = other.split(|b| *b == PART).filter_map(|p| serde_json::from_slice(p).ok()).collect();
    let place = pick(rng, &value);
    if let Some(node) = value.pointer_mut(&place) {
        one(rng, words, node, &donors);
    }
    parts[at] = value.to_string().into_bytes();
    if rng.chance(5) {
        let copy = parts[at].clone();
        parts.insert(at, copy);
    }
    *out = parts.join(&PART);
    true
}

/// The pointer (RFC 6901) of a random value inside.
fn pick(rng: &mut Rng, value: &Value) -> String {
    let mut all = Vec::new();
    pointers(value, String::new(), &mut all);
    all.swap_remove(rng.within(0, all.len() as u64) as usize)
}

fn pointers(value: &Value, here: String, all: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| pointers(item, format!("{here}/{at}"), all));
        }
        Value::Object(members) => members.iter().for_each(|(key, member)| {
            pointers(member, format!("{here}/{}", key.replace('~', "~0").replace('/', "~1")), all);
        }),
        _ => {}
    }
    all.push(here);
}

fn one(rng: &mut Rng, words: &[&str], node: &mut Value, donors: &[Value]) {
    match (rng.within(0, 8), &mut *node) {
        (0..3, Value::Object(members)) => object(rng, words, members, donors),
        (0..3, Value::Array(items)) => array(rng, words, items, donors),
        (0..4, Value::String(text)) => *text = string(rng, words, text),
        (0..3, Value::Bool(is)) => *is = !*is,
        (3, _) => {
            for _ in 0..rng.within(1, 100) {
                *node = if rng.chance(50) { json!([node]) } else { json!({rng.pick(words): node}) };
            }
        }
        (4, _) => *node = donated(rng, donors),
        _ => *node = scalar(rng, words),
    }
}

fn object(rng: &mut Rng, words: &[&str], members: &mut Map<String, Value>, donors: &[Value]) {
    let keys: Vec<String> = members.keys().cloned().collect();
    let key = (!keys.is_empty()).then(|| keys[rng.within(0, keys.len() as u64) as usize].clone());
    match (rng.within(0, 3), key) {
        (0, Some(key)) => drop(members.remove(&key)),
        (1, Some(key)) => {
            let value = members.remove(&key).unwrap_or_default();
            members.insert(rng.pick(words).to_owned(), value);
        }
        _ => drop(members.insert(rng.pick(words).to_owned(), donated(rng, donors))),
    }
}

fn array(rng: &mut Rng, words: &[&str], items: &mut Vec<Value>, donors: &[Value]) {
    let at = rng.within(0, items.len() as u64) as usize;
    match (rng.within(0, 4), items.get(at).cloned()) {
        (0, Some(_)) => drop(items.remove(at)),
        (1, Some(item)) => {
            let times = if rng.chance(80) { rng.within(1, 4) } else { rng.within(4, 300) };
            (0..times).for_each(|_| items.insert(at, item.clone()));
        }
        (2, _) => items.push(donated(rng, donors)),
        _ => items.push(scalar(rng, words)),
    }
}

fn string(rng: &mut Rng, words: &[&str], text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = rng.within(0, chars.len() as u64 + 1) as usize;
    match rng.within(0, 5) {
        0 => return rng.pick(words).to_owned(),
        1 => chars.truncate(at),
        2 => return text.repeat(if rng.chance(80) { rng.within(2, 5) } else { rng.within(5, 400) } as usize),
        3 => drop(chars.splice(at..at, rng.pick(words).chars())),
        _ => {
            let times = if rng.chance(80) { 1 } else { rng.within(1, 2_000) } as usize;
            drop(chars.splice(at..at, rng.pick(ODD).repeat(times).chars()));
        }
    }
    chars.into_iter().collect()
}

fn donated(rng: &mut Rng, donors: &[Value]) -> Value {
    if donors.is_empty() {
        return Value::Null;
    }
    let donor = &donors[rng.within(0, donors.len() as u64) as usize];
    let place = pick(rng, donor);
    donor.pointer(&place).cloned().unwrap_or_default()
}

fn scalar(rng: &mut Rng, words: &[&str]) -> Value {
    match rng.within(0, 8) {
        0 => Value::Null,
        1 => json!([]),
        2 => json!({}),
        3 => json!(rng.next()),
        4 => json!(rng.pick(words)),
        5 => json!(rng.pick(EDGES)),
        6 => json!(format!("0x{:x}", rng.next() >> rng.within(0, 64))),
        _ => serde_json::from_str(rng.pick(EDGES)).unwrap_or_default(),
    }
}
