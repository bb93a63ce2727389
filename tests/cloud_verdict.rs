//! Verdicts: what is left when a domain goes dark, for tables of endpoints.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

use breakwater::cloud::ground::{Ground, assess};
use breakwater::cloud::label::OwnLabel;
use breakwater::cloud::presets;
use breakwater::cloud::verdict::{Level, Reason, level_with};
use breakwater::protocol::ChainVerdict;
use breakwater::words::{Lang, judge, judge_all};

/// `aws us-east-1`, `hetzner DE`, `cloudflare`, `infura@aws us-east-1`, or `?` for an endpoint not seen yet.
fn ground(text: &str) -> Ground {
    if text == "?" {
        return Ground::default();
    }
    let (operator, place) = text.split_once('@').map_or((None, text), |(operator, place)| (Some(operator), place));
    let (network, region) = place.split_once(' ').map_or((place, None), |(network, region)| (network, Some(region)));
    let label = OwnLabel {
        pattern: "10.0.0.1".into(),
        operator: network.into(),
        region: region.map(str::to_owned),
        country: None,
    };
    assess(None, &[label], "10.0.0.1", operator, &[])
}

fn verdict_in(places: &[&str], lang: Lang) -> ChainVerdict {
    let grounds: Vec<Ground> = places.iter().map(|place| ground(place)).collect();
    let names: Vec<String> = (0..grounds.len()).map(|n| format!("node {}", n + 1)).collect();
    let endpoints: Vec<(&str, &Ground)> = names.iter().map(String::as_str).zip(&grounds).collect();
    judge("Ethereum", &endpoints, lang)
}

fn verdict(places: &[&str]) -> ChainVerdict {
    verdict_in(places, Lang::En)
}

#[test]
fn each_situation_has_its_level() {
    use Level as L;
    use Reason as R;
    let diverse = ["ovh FR", "exoscale ch-gva-2", "hetzner fsn1", "own"];
    for (places, level, reason) in [
        (&[][..], L::None, R::NoEndpoints),
        (&["aws us-east-1"], L::Warning, R::Single),
        (&["?"], L::Warning, R::Single),
        (&["?", "?"], L::Unknown, R::NotSeen),
        (&["aws us-east-1", "aws us-east-1", "aws us-east-1"], L::Warning, R::Shared),
        (&["aws us-east-1", "aws eu-west-3"], L::Warning, R::Shared),
        (&["aws us-east-1", "gcp us-east1"], L::Warning, R::Shared),
        (&["infura@hetzner fsn1", "infura@ovh FR", "linea@exoscale ch-gva-2"], L::Warning, R::Shared),
        (&["hetzner fsn1", "ionos DE"], L::Warning, R::Shared),
        (&["aws us-east-1", "hetzner fsn1"], L::Caution, R::OneLeft),
        (&["aws us-east-1", "gcp europe-west3", "hetzner DE"], L::Caution, R::OneLeft),
        (&["aws us-east-1", "aws us-east-1", "ovh FR"], L::Caution, R::OneLeft),
        (&["cloudflare", "cloudflare"], L::Warning, R::Shared),
        (&["gcore", "bunny"], L::Caution, R::OneLeft),
        (&["gcore", "bunny", "qrator"], L::Caution, R::Hidden),
        (&["ovh FR", "exoscale ch-gva-2", "gcore"], L::Caution, R::Hidden),
        (&["ovh FR", "exoscale ch-gva-2", "?"], L::Unknown, R::NotSeen),
        (&["ovh FR", "exoscale ch-gva-2", "hetzner fsn1", "?"], L::Diverse, R::Diverse),
        (&diverse[..3], L::Diverse, R::Diverse),
        (&diverse, L::Diverse, R::Diverse),
    ] {
        let verdict = verdict(places);
        assert_eq!((verdict.level, verdict.reason), (level, reason), "{places:?}: {verdict:#?}");
    }
}

#[test]
fn remaining_endpoints_are_counted_for_every_domain() {
    let verdict = verdict(&["aws us-east-1", "gcp europe-west3", "hetzner DE"]);
    let line = |name: &str| verdict.domains.iter().find(|l| l.name == name).map(|l| (l.on, l.left));
    assert_eq!(line("Germany"), Some((2, 1)));
    assert_eq!(line("US jurisdiction"), Some((2, 1)));
    assert_eq!(line("AWS us-east-1"), Some((1, 2)));
    assert_eq!(line("Hetzner"), Some((1, 2)));
    assert!(verdict.domains.iter().is_sorted_by_key(|l| l.left), "worst first");
    assert!(verdict.domains.iter().all(|l| l.on + l.left == 3));
    assert!(!verdict.domains.iter().any(|l| l.domain.key == "us-nexus"), "the wide reach of US law makes no verdict");
}

#[test]
fn sentences_say_what_is_shared_and_what_to_change() {
    let same = verdict(&["aws us-east-1", "aws us-east-1", "aws us-east-1"]);
    assert_eq!(
        same.sentence,
        "All 3 endpoints of Ethereum stand on AWS us-east-1: when it goes dark, none is left. They also share: US jurisdiction."
    );
    assert_eq!(same.advice.as_deref(), Some("Add one endpoint that is: not on AWS, not under US jurisdiction."));
    let one = verdict(&["aws us-east-1", "aws us-east-1", "ovh FR"]);
    assert_eq!(one.sentence, "When AWS us-east-1 goes dark, one of the 3 endpoints of Ethereum is left: node 3.");
    let single = verdict(&["infura@aws us-east-1"]);
    assert_eq!(single.sentence, "Ethereum has a single endpoint, node 1: when it fails, none of yours is left.");
    assert_eq!(
        single.advice.as_deref(),
        Some("Add one endpoint that is: not on AWS, not run by Infura, not under US jurisdiction.")
    );
    let hidden = verdict(&["ovh FR", "exoscale ch-gva-2", "gcore"]);
    assert!(
        hidden.sentence.ends_with("Origin hidden: node 3; the ground behind may be that of the others."),
        "{}",
        hidden.sentence
    );
    assert!(verdict(&["ovh FR", "exoscale ch-gva-2", "hetzner fsn1"]).advice.is_none());
    let company = verdict(&["infura@hetzner fsn1", "infura@ovh FR", "linea@exoscale ch-gva-2"]);
    assert!(company.sentence.starts_with("All 3 endpoints of Ethereum are run by Infura:"), "{}", company.sentence);
}

#[test]
fn following_the_advice_clears_the_warning() {
    for places in [
        &["aws us-east-1"][..],
        &["aws us-east-1", "aws us-east-1"],
        &["aws us-east-1", "gcp us-east1"],
        &["infura@hetzner fsn1", "infura@ionos DE"],
    ] {
        let grounds: Vec<Ground> = places.iter().map(|p| ground(p)).collect();
        let endpoints: Vec<(&str, &Ground)> = grounds.iter().map(|g| ("x", g)).collect();
        assert_eq!(level_with(&endpoints, &ground("exoscale ch-gva-2")), Level::Caution, "{places:?}");
    }
    let two = [ground("aws us-east-1"), ground("hetzner fsn1")];
    let endpoints: Vec<(&str, &Ground)> = two.iter().map(|g| ("x", g)).collect();
    assert_eq!(level_with(&endpoints, &ground("exoscale ch-gva-2")), Level::Diverse);
    assert_eq!(level_with(&endpoints, &ground("aws eu-west-1")), Level::Caution);
}

#[test]
fn every_sentence_exists_in_both_languages() {
    for places in [
        &[][..],
        &["aws us-east-1"],
        &["?", "?"],
        &["aws us-east-1", "aws us-east-1"],
        &["aws us-east-1", "gcp us-east1"],
        &["infura@hetzner fsn1", "infura@ovh FR"],
        &["hetzner fsn1", "ionos DE"],
        &["aws us-east-1", "hetzner fsn1"],
        &["gcore", "bunny", "qrator"],
        &["ovh FR", "exoscale ch-gva-2", "?"],
        &["ovh FR", "exoscale ch-gva-2", "hetzner fsn1"],
        &["own", "own"],
    ] {
        let (en, fr) = (verdict_in(places, Lang::En), verdict_in(places, Lang::Fr));
        assert_ne!(en.sentence, fr.sentence, "{places:?}");
        assert_eq!(en.advice.is_some(), fr.advice.is_some());
        assert!(en.advice.is_none() || en.advice != fr.advice, "{places:?}");
        for sentence in [&en.sentence, &fr.sentence] {
            assert!(sentence.ends_with('.') && !sentence.contains("  "), "{sentence}");
        }
    }
    let own = verdict_in(&["own", "own"], Lang::Fr);
    assert!(own.sentence.contains("votre propre réseau"), "within a sentence");
    assert!(own.domains.iter().any(|line| line.name == "Votre propre réseau"), "and alone, in a list");
    assert!(own.sentence.starts_with("Les 2 points d’accès d’Ethereum reposent"), "{}", own.sentence);
    let (a, b) = (ground("own"), ground("own"));
    let base = judge("Base", &[("a", &a), ("b", &b)], Lang::Fr);
    assert!(base.sentence.starts_with("Les 2 points d’accès de Base reposent"), "{}", base.sentence);
}

#[test]
fn concentration_is_the_sum_of_squared_shares() {
    let hhi = |places: &[&str]| verdict(places).hhi;
    assert_eq!(hhi(&[]), None);
    assert_eq!(hhi(&["?", "?"]), None);
    assert_eq!(hhi(&["aws us-east-1", "aws eu-west-3"]), Some(10_000));
    assert_eq!(hhi(&["aws us-east-1", "hetzner fsn1"]), Some(5_000));
    assert_eq!(hhi(&["aws us-east-1", "gcp us-east1", "hetzner fsn1", "ovh FR"]), Some(2_500));
    assert_eq!(hhi(&["linode us-east", "akamai"]), Some(10_000), "one company");
    assert_eq!(hhi(&["aws us-east-1", "?"]), Some(10_000), "unknown ones do not count");
}

#[test]
fn the_overall_verdict_names_what_would_end_whole_chains() {
    let (aws, hetzner, ovh) = (ground("aws us-east-1"), ground("hetzner fsn1"), ground("ovh FR"));
    let on_aws = [("a", &aws), ("b", &aws)];
    let mixed = [("a", &aws), ("c", &hetzner)];
    let spread = [("c", &hetzner), ("d", &ovh), ("e", &aws)];
    let overall = judge_all(
        &[("Ethereum", &on_aws[..]), ("Base", &on_aws[..1]), ("Scroll", &mixed[..]), ("Linea", &[])],
        Lang::En,
    );
    assert_eq!(overall.level, Level::Warning);
    assert_eq!(overall.sentence, "If AWS us-east-1 goes dark, 2 of 3 chains lose every endpoint: Ethereum, Base.");
    assert_eq!(overall.losses[0].chains, ["Ethereum", "Base"]);
    assert_eq!(overall.hhi, Some(6_800));
    let fine = judge_all(&[("Ethereum", &spread[..])], Lang::Fr);
    assert_eq!((fine.level, fine.losses.len()), (Level::Diverse, 0));
    assert_eq!(fine.sentence, "Aucune panne isolée ne prendrait tous les points d’accès d’une chaîne.");
    assert_eq!(judge_all(&[], Lang::En).level, Level::None);
}

#[test]
fn suggested_presets_belong_to_other_companies() {
    let mine = [ground("infura@aws us-east-1"), ground("publicnode@ovh FR")];
    let offered: Vec<String> =
        presets::that_add(59144, &mine.iter().collect::<Vec<_>>()).into_iter().map(|p| p.operator.clone()).collect();
    assert!(!offered.is_empty() && offered.contains(&"drpc".to_owned()));
    assert!(!offered.contains(&"linea".to_owned()), "Linea's own endpoint is Consensys, as Infura is");
    assert!(!offered.contains(&"publicnode".to_owned()));
}
