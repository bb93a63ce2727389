//! Drills and incidents, in virtual time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

use std::collections::BTreeSet;

use breakwater::cloud::blackout::{Light, Look};
use breakwater::cloud::drill::{DRILL_MS, Drill};
use breakwater::cloud::ground::{Domain, DomainKind, Ground, assess};
use breakwater::cloud::incident::{Incidents, Notice, State};
use breakwater::cloud::label::OwnLabel;
use breakwater::words::Lang;

fn ground(network: &str, region: Option<&str>) -> Ground {
    let label = OwnLabel {
        pattern: "10.0.0.1".into(),
        operator: network.into(),
        region: region.map(str::to_owned),
        country: None,
    };
    assess(None, &[label], "10.0.0.1", None, &[])
}

fn region(key: &str) -> Domain {
    Domain::new(DomainKind::Region, key)
}

const START: u64 = 1_000_000;

#[test]
fn a_drill_darkens_its_target_for_five_minutes() {
    let (aws, other_region, hetzner) =
        (ground("aws", Some("us-east-1")), ground("aws", Some("eu-west-1")), ground("hetzner", Some("DE")));
    let drill = Drill::start(START, region("aws/us-east-1"), "session");
    for (now, dark) in [(START - 1, false), (START, true), (START + DRILL_MS - 1, true), (START + DRILL_MS, false)] {
        assert_eq!(drill.is_dark(now, &aws), dark, "at {now}");
        assert_eq!(drill.running(now), dark);
        assert!(!drill.is_dark(now, &other_region) && !drill.is_dark(now, &hetzner));
    }
    assert_eq!((drill.ends(START), drill.ends(START + DRILL_MS)), (Some(START + DRILL_MS), None));
}

#[test]
fn every_kind_of_target_can_be_darkened() {
    let infura = assess(None, &[], "mainnet.infura.io", None, &[]);
    let cloudflare = ground("cloudflare", None);
    let hetzner = ground("hetzner", Some("DE"));
    let dark = |kind, key: &str, ground: &Ground| Drill::start(0, Domain::new(kind, key), "s").is_dark(1, ground);
    assert!(dark(DomainKind::Operator, "infura", &infura) && !dark(DomainKind::Operator, "infura", &hetzner));
    assert!(dark(DomainKind::Network, "cloudflare", &cloudflare) && !dark(DomainKind::Network, "cloudflare", &hetzner));
    assert!(dark(DomainKind::Country, "DE", &hetzner) && !dark(DomainKind::Country, "DE", &cloudflare));
    assert!(dark(DomainKind::Jurisdiction, "us", &cloudflare) && dark(DomainKind::Jurisdiction, "us", &infura));
    assert!(!dark(DomainKind::Jurisdiction, "us", &hetzner) && dark(DomainKind::Jurisdiction, "us-nexus", &hetzner));
    assert!(!dark(DomainKind::Network, "cloudflare", &Ground::default()), "what is not known is not darkened");
}

#[test]
fn a_drill_counts_reads_and_reports_at_the_end() {
    let (aws, hetzner) = (ground("aws", Some("us-east-1")), ground("hetzner", Some("DE")));
    let mut drill = Drill::start(START, Domain::new(DomainKind::Network, "amazon"), "s");
    drill.count_chain(1, &[&aws, &aws]);
    drill.count_chain(10, &[&aws, &hetzner]);
    drill.count_chain(137, &[]);
    for took in [40, 900, 70] {
        drill.count_asked(START + 1);
        drill.count_answered(START + 2, took);
    }
    drill.count_asked(START + 3);
    drill.step_aside(START + 4);
    let late = START + DRILL_MS + 1;
    drill.count_asked(late);
    drill.count_answered(late, 5_000);
    drill.step_aside(late);
    let view = drill.view(late, Lang::En);
    assert_eq!((view.running, view.asked, view.answered, view.slowest_ms, view.stepped_aside), (false, 4, 3, 900, 1));
    assert_eq!(view.lost, [1]);
    assert_eq!(
        view.sentence,
        "The drill is over: AWS. 3 of 4 reads answered, slowest 900 ms; chains lost: 1. It stepped aside for a transaction: nothing was dark for it."
    );
    let mut silent = Drill::start(START, region("aws/us-east-1"), "s");
    silent.count_asked(START + 1);
    let told = silent.view(START + 2, Lang::En).sentence;
    assert!(told.ends_with("0 of 1 reads answered; chains lost: 0."), "no slowest where none was answered: {told}");
    let law = Drill::start(START, Domain::new(DomainKind::Jurisdiction, "us"), "s").view(START, Lang::Fr);
    assert_eq!(law.name, "Juridiction américaine");
    assert!(
        law.sentence.starts_with("Exercice : comme si la juridiction américaine était en panne"),
        "{}",
        law.sentence
    );
    let running = drill.view(START + DRILL_MS - 1_500, Lang::Fr);
    assert!(
        running.running && running.sentence.starts_with("Exercice : comme si AWS était en panne, encore 2 s."),
        "{}",
        running.sentence
    );
}

#[test]
fn a_drill_survives_the_worker_but_not_the_browser() {
    let mut drill = Drill::start(START, region("aws/us-east-1"), "monday");
    drill.count_asked(START);
    let text = drill.save();
    assert_eq!(Drill::restore(&text, "monday"), Some(drill));
    assert_eq!(Drill::restore(&text, "tuesday"), None);
    for broken in [
        "",
        "null",
        "{}",
        "[1]",
        &text.replace(&(START + DRILL_MS).to_string(), &u64::MAX.to_string()),
        &text.replace(&START.to_string(), "99999999999"),
    ] {
        assert_eq!(Drill::restore(broken, "monday"), None, "{broken}");
    }
}

#[test]
fn stopping_or_a_clock_set_back_ends_a_drill() {
    let mut drill = Drill::start(START, region("aws/us-east-1"), "s");
    assert!(!drill.running(START - 10_000));
    drill.stop(START + 5);
    assert!(drill.running(START + 4) && !drill.running(START + 5));
    drill.stop(START + 50);
    assert_eq!(drill.view(START + 60, Lang::En).ends_ms, START + 5);
    let mut at_once = Drill::start(START, region("aws/us-east-1"), "s");
    at_once.stop(0);
    assert!(!at_once.running(START));
}

/// 2026-11-23 09:11:00 UTC.
const MORNING: u64 = 1_795_425_060_000;

struct World {
    incidents: Incidents,
    aws: Ground,
    aws_eu: Ground,
    hetzner: Ground,
}

impl World {
    fn new() -> World {
        World {
            incidents: Incidents::default(),
            aws: ground("aws", Some("us-east-1")),
            aws_eu: ground("aws", Some("eu-west-1")),
            hetzner: ground("hetzner", None),
        }
    }

    fn feed(&mut self, now: u64, key: &str, state: State) -> Vec<Notice> {
        let ground = match key.split('-').next() {
            Some("aws") => &self.aws,
            Some("eu") => &self.aws_eu,
            _ => &self.hetzner,
        };
        self.incidents.feed(now, (key, key, ground.chip(Lang::En)), ground, state)
    }

    fn sentences(&self) -> Vec<String> {
        self.incidents.view(Lang::En, 0).into_iter().map(|view| view.sentence).collect()
    }
}

#[test]
fn shared_failure_is_named_once_and_cleared_when_it_ends() {
    let mut world = World::new();
    assert_eq!(world.feed(MORNING - 60_000, "hetzner-1", State::Serving), []);
    for key in ["aws-1", "aws-2", "aws-3"] {
        assert_eq!(world.feed(MORNING - 60_000, key, State::Serving), []);
    }
    assert_eq!(world.feed(MORNING, "aws-1", State::Failing), []);
    assert_eq!(world.feed(MORNING + 1_000, "aws-2", State::Failing), [], "one still serves");
    assert_eq!(world.feed(MORNING + 2_000, "aws-3", State::Failing), [Notice::Opened { since_ms: MORNING }]);
    assert_eq!(world.sentences(), ["AWS us-east-1: 3 of 3 endpoints failing since 09:11; served by Hetzner."]);
    assert_eq!(
        world.incidents.view(Lang::Fr, 60)[0].sentence,
        "AWS us-east-1 : 3 points d’accès sur 3 en panne depuis 10:11 ; servi par Hetzner."
    );
    for key in ["aws-1", "aws-2", "aws-3"] {
        assert_eq!(world.feed(MORNING + 3_000, key, State::Failing), [], "said once");
    }
    assert_eq!(world.feed(MORNING + 600_000, "aws-2", State::Serving), [Notice::Ended { since_ms: MORNING }]);
    assert_eq!(world.sentences(), ["AWS us-east-1: 3 of 3 endpoints failed from 09:11 to 09:21; served by Hetzner."]);
    assert!(!world.incidents.is_open());
}

#[test]
fn a_failure_that_returns_soon_is_the_same_incident() {
    let mut world = World::new();
    for (key, state) in [("hetzner-1", State::Serving), ("aws-1", State::Failing), ("aws-2", State::Failing)] {
        world.feed(MORNING, key, state);
    }
    world.feed(MORNING + 60_000, "aws-1", State::Serving);
    assert_eq!(world.feed(MORNING + 120_000, "aws-1", State::Failing), [], "no second notification");
    assert!(world.incidents.is_open() && world.sentences().len() == 1);
    world.feed(MORNING + 180_000, "aws-1", State::Serving);
    let notices = world.feed(MORNING + 3_600_000, "aws-1", State::Failing);
    assert!(matches!(notices[..], [Notice::Opened { .. }]), "an hour later it is another one: {notices:?}");
    assert_eq!(world.sentences().len(), 2);
}

#[test]
fn an_incident_needs_shared_ground_and_a_working_lane() {
    let mut world = World::new();
    assert_eq!(world.feed(0, "aws-1", State::Failing), []);
    assert_eq!(world.feed(0, "aws-2", State::Failing), [], "nobody serves: the person may be offline");
    let mut world = World::new();
    world.feed(0, "hetzner-1", State::Serving);
    assert_eq!(world.feed(0, "aws-1", State::Failing), [], "one endpoint is no shared failure");
    let mut world = World::new();
    world.feed(0, "aws-3", State::Serving);
    world.feed(0, "hetzner-1", State::Failing);
    assert_eq!(world.feed(0, "aws-1", State::Failing), [], "two on different ground");
}

#[test]
fn the_narrowest_ground_that_explains_all_is_named() {
    let mut world = World::new();
    world.feed(0, "hetzner-1", State::Serving);
    world.feed(0, "hetzner-2", State::Serving);
    world.feed(0, "aws-1", State::Failing);
    world.feed(0, "eu-1", State::Failing);
    assert_eq!(world.sentences(), ["AWS: 2 of 2 endpoints failing since 00:00; served by Hetzner."]);
    assert_eq!(world.feed(1_000, "eu-2", State::Failing), [], "one cause, one incident");
    assert_eq!(world.sentences(), ["AWS: 3 of 3 endpoints failing since 00:00; served by Hetzner."]);
}

#[test]
fn incidents_persist_stay_few_and_drop_removed_endpoints() {
    let mut world = World::new();
    for (key, state) in [("hetzner-1", State::Serving), ("aws-1", State::Failing), ("aws-2", State::Failing)] {
        world.feed(MORNING, key, state);
    }
    world.incidents = Incidents::restore(&world.incidents.save(), MORNING);
    assert!(world.incidents.is_open());
    let left = BTreeSet::from(["hetzner-1".to_owned(), "aws-1".to_owned()]);
    assert_eq!(world.incidents.keep_only(MORNING + 1, &left), [Notice::Ended { since_ms: MORNING }]);
    assert!(!Incidents::restore("nonsense", MORNING).is_open());
    let mut world = World::new();
    world.feed(0, "hetzner-1", State::Serving);
    world.feed(0, "aws-2", State::Failing);
    for hour in 0..200 {
        world.feed(hour * 3_600_000, "aws-1", State::Failing);
        world.feed(hour * 3_600_000 + 1, "aws-1", State::Serving);
    }
    assert_eq!(world.sentences().len(), 50);
}

/// Ethereum and Base, each lit or dark.
fn looks(ethereum: Light, base: Light) -> [Look<'static>; 2] {
    let look = |chain, name, light| Look { chain, name, endpoints: 3, light };
    [look(1, "Ethereum", ethereum), look(8453, "Base", base)]
}

#[test]
fn a_blackout_takes_in_chains_and_ends_with_the_last() {
    let mut world = World::new();
    let mut look = |now, ethereum, base| {
        world.incidents.dark(now, &looks(ethereum, base));
        world.sentences()
    };
    assert!(look(MORNING, Light::On, Light::Unseen).is_empty(), "what is not seen is not dark");
    let off = Light::Off(MORNING);
    let one = "None of your endpoints answers since 09:11; pages get only what their wallet has (Ethereum).";
    assert_eq!(look(MORNING + 1_000, off, Light::On), [one]);
    let both = "None of your endpoints answers since 09:11; pages get only what their wallet has (Ethereum, Base).";
    assert_eq!(look(MORNING + 60_000, off, Light::Off(MORNING + 60_000)), [both], "one event, one entry");
    assert_eq!(look(MORNING + 61_000, Light::Unseen, Light::On), [one], "offline, what was true goes on");
    let over =
        "None of your endpoints answered from 09:11 to 09:21; pages got only what their wallet had (Ethereum, Base).";
    assert_eq!(look(MORNING + 600_000, Light::On, Light::On), [over]);
    assert_eq!(look(MORNING + 660_000, Light::Off(MORNING + 660_000), Light::On), [one], "again within ten minutes");
    assert_eq!(look(MORNING + 700_000, Light::On, Light::On).len(), 1);
    let late = MORNING + 3_600_000;
    assert_eq!(look(late, Light::Off(late), Light::On).len(), 2, "an hour later it is another one");
}

#[test]
fn nobody_serves_in_a_blackout() {
    let mut world = World::new();
    for (key, state) in [("hetzner-1", State::Serving), ("aws-1", State::Failing)] {
        world.feed(MORNING, key, state);
    }
    world.incidents.dark(MORNING, &looks(Light::Off(MORNING), Light::On));
    assert_eq!(world.feed(MORNING + 1_000, "aws-2", State::Failing), [], "the last news of Hetzner is old");
    assert_eq!(world.sentences().len(), 1);
}

#[test]
fn blackouts_persist_and_stay_few() {
    let mut world = World::new();
    for hour in 0..200 {
        let at = MORNING + hour * 3_600_000;
        world.incidents.dark(at, &looks(Light::Off(at), Light::On));
        world.incidents.dark(at + 1, &looks(Light::On, Light::On));
    }
    assert_eq!(world.sentences().len(), 50);
    let last = MORNING + 200 * 3_600_000;
    world.incidents.dark(last, &looks(Light::Off(last), Light::On));
    world.incidents = Incidents::restore(&world.incidents.save(), last);
    assert_eq!(world.incidents.view(Lang::Fr, 0)[0].ended_ms, None);
    let french = "Aucun de vos points d’accès ne répond depuis";
    assert!(world.incidents.view(Lang::Fr, 0)[0].sentence.starts_with(french));
    let future = Incidents::restore(&world.incidents.save(), last - 10);
    assert!(future.view(Lang::En, 0).iter().all(|view| view.since_ms < last), "one that begins in the future is none");
}
