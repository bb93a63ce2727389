//! Verdicts: what is left when a domain goes dark, for tables of endpoints.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may panic

use std::net::IpAddr;

use breakwater::cloud::Atlas;
use breakwater::cloud::evidence::Evidence;
use breakwater::cloud::ground::{Ground, assess};
use breakwater::cloud::label::OwnLabel;
use breakwater::cloud::presets;
use breakwater::cloud::table::{self, Parts};
use breakwater::cloud::verdict::{Candidate, Chain, Level, Pulse, Reason, Standing, suggest};
use breakwater::protocol::ChainVerdict;
use breakwater::words::{Lang, judge, judge_all};

/// `aws us-east-1`, `hetzner DE`, `cloudflare`, `infura@aws us-east-1`, or `?` for an endpoint not seen yet.
fn ground(text: &str) -> Ground {
    let text = text.trim_start_matches(['-', '~']);
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

/// An endpoint behind `-` does not answer, and one behind `~` was not asked lately.
fn pulse(text: &str) -> Pulse {
    match text.chars().next() {
        Some('-') => Pulse::Down,
        Some('~') => Pulse::Unknown,
        _ => Pulse::Answers,
    }
}

/// These endpoints of Ethereum, named `node 1` and so on.
fn with<T>(places: &[&str], then: impl FnOnce(Chain<'_>) -> T) -> T {
    let grounds: Vec<Ground> = places.iter().map(|place| ground(place)).collect();
    let names: Vec<String> = (1..=grounds.len()).map(|n| format!("node {n}")).collect();
    let standing =
        |((name, ground), place): ((&'_ String, &'_ Ground), &&str)| (name.clone(), ground.clone(), pulse(place));
    let all: Vec<(String, Ground, Pulse)> = names.iter().zip(&grounds).zip(places).map(standing).collect();
    let endpoints = all.iter().map(|(name, ground, pulse)| Standing { name, ground, pulse: *pulse }).collect();
    then(Chain { name: "Ethereum", endpoints, offline: false, law: false })
}

fn verdict_in(places: &[&str], lang: Lang) -> ChainVerdict {
    with(places, |chain| judge(&chain, lang))
}

fn verdict(places: &[&str]) -> ChainVerdict {
    verdict_in(places, Lang::En)
}

#[test]
fn each_situation_has_its_level() {
    use Level as L;
    use Reason as R;
    for (places, level, reason, word) in [
        (&[][..], L::None, R::NoEndpoints, "Wallet only"),
        (&["aws us-east-1"], L::Single, R::Single, "Only one endpoint"),
        (&["?"], L::Single, R::Single, "Only one endpoint"),
        (&["?", "?"], L::CantTell, R::NotSeen, "Can’t tell"),
        (&["aws us-east-1", "aws us-east-1", "aws us-east-1"], L::Shared, R::Shared, "One region"),
        (&["aws us-east-1", "aws eu-west-3"], L::Shared, R::Shared, "One cloud"),
        (&["infura@hetzner fsn1", "infura@ovh FR", "linea@exoscale ch-gva-2"], L::Shared, R::Shared, "One company"),
        (&["cloudflare", "cloudflare", "cloudflare"], L::Shared, R::Shared, "One cloud"),
        (&["own", "own"], L::Shared, R::Shared, "Your network only"),
        // The very pair that survives 20 October 2025, whatever law it is under.
        (&["aws us-east-1", "gcp europe-west3"], L::Survives, R::Survives, "Survives any one outage"),
        (&["hetzner fsn1", "ionos DE"], L::Survives, R::Survives, "Survives any one outage"),
        (&["aws us-east-1", "aws us-east-1", "ovh FR"], L::Survives, R::Survives, "Survives any one outage"),
        (
            &["cloudflare", "cloudflare", "cloudflare", "cloudflare", "aws us-east-1", "hetzner fsn1"],
            L::Survives,
            R::Survives,
            "Survives any one outage",
        ),
        (&["ovh FR", "exoscale ch-gva-2", "gcore"], L::Survives, R::Survives, "Survives any one outage"),
        (&["ovh FR", "exoscale ch-gva-2", "?"], L::Survives, R::Survives, "Survives any one outage"),
        (&["gcore", "bunny", "qrator"], L::CantTell, R::Hidden, "Can’t tell"),
        (&["cloudflare", "cloudflare", "hetzner fsn1"], L::CantTell, R::Hidden, "Can’t tell"),
        (&["aws us-east-1", "?"], L::CantTell, R::NotSeen, "Can’t tell"),
        (&["aws us-east-1", "~hetzner fsn1"], L::CantTell, R::NotSeen, "Can’t tell"),
    ] {
        let verdict = verdict(places);
        let told = (verdict.level, verdict.reason, verdict.word.as_str());
        assert_eq!(told, (level, reason, word), "{places:?}: {verdict:#?}");
    }
}

#[test]
fn an_endpoint_that_does_not_answer_survives_nothing() {
    for (places, level, reason, word, health) in [
        (
            &["aws us-east-1", "-hetzner fsn1"][..],
            Level::Shared,
            Reason::Thin,
            "Only one answers",
            Some("1 of 2 answers now."),
        ),
        (
            &["aws us-east-1", "aws us-east-1", "-hetzner fsn1"],
            Level::Shared,
            Reason::Thin,
            "One region",
            Some("2 of 3 answer now."),
        ),
        (
            &["ovh FR", "-?", "-hetzner fsn1"],
            Level::Shared,
            Reason::Thin,
            "Only one answers",
            Some("1 of 3 answers now."),
        ),
        (
            &["ovh FR", "exoscale ch-gva-2", "-hetzner fsn1"],
            Level::Survives,
            Reason::Survives,
            "Survives any one outage",
            Some("2 of 3 answer now."),
        ),
        (&["-ovh FR", "-exoscale ch-gva-2"], Level::Dark, Reason::AllDark, "None answers", None),
        (&["-ovh FR"], Level::Dark, Reason::AllDark, "None answers", None),
    ] {
        let verdict = verdict(places);
        let told = (verdict.level, verdict.reason, verdict.word.as_str(), verdict.health.as_deref());
        assert_eq!(told, (level, reason, word, health), "{places:?}: {verdict:#?}");
    }
}

#[test]
fn offline_is_not_called_dark() {
    let lost = with(&["-ovh FR", "-exoscale ch-gva-2"], |chain| judge(&Chain { offline: true, ..chain }, Lang::En));
    assert_eq!((lost.level, lost.reason, lost.word.as_str()), (Level::CantTell, Reason::Offline, "Out of reach"));
    assert_eq!(lost.sentence, "No endpoint of Ethereum can be reached. Your own connection may be down.");
}

#[test]
fn how_many_are_left_is_said() {
    assert_eq!(verdict(&["aws us-east-1", "gcp europe-west3"]).left, 1);
    let three = verdict(&["ovh FR", "exoscale ch-gva-2", "hetzner fsn1"]);
    assert_eq!(three.left, 2);
    assert!(
        three.sentence.ends_with("at least 2 of the 3 endpoints of Ethereum keep answering."),
        "{}",
        three.sentence
    );
}

#[test]
fn who_runs_a_service_does_not_depend_on_where_it_is() {
    let company = ["infura@aws us-east-1", "infura@hetzner fsn1", "drpc@gcore"];
    assert_eq!(verdict(&company).level, Level::Survives, "if Infura fails, dRPC is left, wherever it stands");
    assert_eq!(verdict(&["infura@aws us-east-1", "drpc@gcore"]).level, Level::CantTell, "AWS may be behind Gcore");
}

#[test]
fn unlisted_neighbourhoods_are_not_surely_apart() {
    let empty = Parts { date: "2026-10-26".into(), labels: Vec::new(), v4: Vec::new(), v6: Vec::new() };
    let atlas = Atlas::from_bytes(table::encode(&empty)).unwrap();
    let at = |ip: &str| {
        let address: IpAddr = ip.parse().unwrap();
        assess(Some(&atlas), &[], "rpc.lan", None, &[Evidence::observed(address, 0)])
    };
    let grounds = [at("203.1.1.1"), at("203.1.2.1"), at("203.1.3.1")];
    let endpoints: Vec<(&str, &Ground)> = grounds.iter().map(|ground| ("x", ground)).collect();
    assert_eq!(Chain::answering("Ethereum", &endpoints).level(), (Level::CantTell, Reason::Hidden));
}

#[test]
fn country_and_law_stand_beside_the_verdict() {
    let two = ["aws us-east-1", "gcp europe-west3"];
    assert_eq!(verdict(&two).beside, ["Both under US law"]);
    assert_eq!(verdict(&["aws us-east-1", "hetzner fsn1", "ovh FR"]).beside, ["1 of 3 under US law"]);
    assert_eq!(verdict(&["hetzner fsn1", "ionos DE"]).beside, ["Both in one country: Germany"]);
    assert_eq!(verdict(&["hetzner fsn1", "ovh FR"]).beside, Vec::<String>::new());
    let law = verdict(&two).domains.into_iter().find(|line| line.name == "US jurisdiction").unwrap();
    assert_eq!((law.on, law.left, law.level), (2, 0, None), "no colour");
    let warned = |places: &[&str]| with(places, |chain| judge(&Chain { law: true, ..chain }, Lang::En));
    let asked = warned(&two);
    assert_eq!((asked.level, asked.word.as_str()), (Level::Shared, "One law"), "by the person's wish");
    assert_eq!(warned(&["hetzner fsn1", "ionos DE"]).word, "One country");
    assert_eq!(warned(&["aws us-east-1", "hetzner fsn1"]).level, Level::Survives);
}

#[test]
fn remaining_endpoints_are_counted_for_every_domain() {
    let verdict = verdict(&["aws us-east-1", "gcp europe-west3", "-hetzner DE", "gcore"]);
    let line = |name: &str| verdict.domains.iter().find(|l| l.name == name).map(|l| (l.on, l.left, l.sure, l.level));
    assert_eq!(line("AWS us-east-1"), Some((1, 2, 1, Some(Level::Survives))), "one of those left is hidden");
    assert_eq!(line("Hetzner"), Some((1, 3, 2, Some(Level::Survives))));
    assert_eq!(line("Germany"), Some((2, 2, 1, None)));
    let (told, beside): (Vec<_>, Vec<_>) = verdict.domains.iter().partition(|l| l.level.is_some());
    assert!(verdict.domains.ends_with(&beside.into_iter().cloned().collect::<Vec<_>>()), "beside it, and after it");
    assert!(told.is_sorted_by_key(|l| l.left), "worst first");
    assert!(!verdict.domains.iter().any(|l| l.domain.key == "us-nexus"), "the wide reach of US law is told nowhere");
}

#[test]
fn sentences_say_what_is_shared_and_what_to_change() {
    let same = verdict(&["aws us-east-1", "aws us-east-1", "aws us-east-1"]);
    assert_eq!(same.sentence, "All 3 endpoints of Ethereum stand on AWS us-east-1: when it goes dark, none is left.");
    assert_eq!(same.advice.as_deref(), Some("Add one endpoint that is: not on AWS."));
    let one = verdict(&["infura@aws us-east-1", "infura@aws us-east-1"]);
    assert_eq!(
        one.sentence,
        "Both endpoints of Ethereum stand on AWS us-east-1: when it goes dark, none is left. They also share: Infura."
    );
    let single = verdict(&["infura@aws us-east-1"]);
    assert_eq!(single.sentence, "Ethereum has a single endpoint, node 1: when it fails, none of yours is left.");
    assert_eq!(single.advice.as_deref(), Some("Add one endpoint that is: not on AWS, not run by Infura."));
    let behind = verdict(&["cloudflare", "cloudflare", "cloudflare"]);
    assert_eq!(behind.sentence, "All 3 endpoints of Ethereum are behind Cloudflare: when it goes dark, none is left.");
    assert_eq!(behind.advice.as_deref(), Some("Add two endpoints on different clouds, at places that can be seen."));
    let hidden = verdict(&["ovh FR", "gcore", "?"]);
    assert_eq!(
        hidden.sentence,
        "Can’t tell whether an endpoint of Ethereum would be left if one thing goes dark. Place hidden: node 2. Not seen lately: node 3."
    );
    assert!(verdict(&["ovh FR", "exoscale ch-gva-2"]).advice.is_none());
    let company = verdict(&["infura@hetzner fsn1", "infura@ovh FR", "linea@exoscale ch-gva-2"]);
    assert!(company.sentence.starts_with("All 3 endpoints of Ethereum are run by Infura:"), "{}", company.sentence);
    let thin = verdict(&["aws us-east-1", "aws us-east-1", "-hetzner fsn1"]);
    assert_eq!(
        thin.sentence,
        "Only 2 of the 3 endpoints of Ethereum answer, and they stand on AWS us-east-1: when it goes dark, none is left."
    );
    let last = verdict(&["aws us-east-1", "-hetzner fsn1"]);
    assert_eq!(last.sentence, "Only 1 of the 2 endpoints of Ethereum answers, node 1: when it fails, none is left.");
    let dark = verdict(&["-aws us-east-1", "-hetzner fsn1"]);
    assert_eq!(dark.sentence, "No endpoint of Ethereum answers: pages get only what their wallet has.");
}

#[test]
fn following_the_advice_clears_the_verdict() {
    for places in [
        &["aws us-east-1"][..],
        &["aws us-east-1", "aws us-east-1"],
        &["aws us-east-1", "gcore"],
        &["aws us-east-1", "-hetzner fsn1"],
        &["infura@hetzner fsn1", "infura@ionos DE"],
    ] {
        with(places, |chain| {
            assert!(judge(&chain, Lang::En).advice.unwrap().starts_with("Add one endpoint that is:"), "{places:?}");
            assert_eq!(chain.with("x", &ground("exoscale ch-gva-2")).level().0, Level::Survives, "{places:?}");
        });
    }
    for places in [&["cloudflare", "cloudflare"][..], &["gcore", "bunny"], &["gcore"]] {
        with(places, |chain| {
            assert!(judge(&chain, Lang::En).advice.unwrap().starts_with("Add two endpoints"), "{places:?}");
            let (one, other) = (ground("exoscale ch-gva-2"), ground("hetzner fsn1"));
            let more = chain.with("x", &one);
            assert_eq!(more.level().0, Level::CantTell, "{places:?}");
            assert_eq!(more.with("y", &other).level().0, Level::Survives, "{places:?}");
        });
    }
}

#[test]
fn the_best_tested_candidate_is_suggested() {
    let candidate = |name: &'static str, place: &str, ms| Candidate { tag: name, name, ground: ground(place), ms };
    let tested =
        [candidate("far", "ovh FR", 90), candidate("near", "hetzner fsn1", 40), candidate("same", "aws us-east-1", 5)];
    let best = |places: &[&str]| with(places, |chain| suggest(&chain, &tested).map(|(tag, s)| (*tag, s.ms, s.level)));
    assert_eq!(best(&["aws us-east-1", "aws us-east-1"]), Some(("near", 40, Level::Survives)));
    assert_eq!(best(&["hetzner fsn1"]), Some(("same", 5, Level::Survives)));
    assert_eq!(best(&["cloudflare", "cloudflare"]), Some(("same", 5, Level::CantTell)), "the first of two");
    assert_eq!(best(&["hetzner fsn1", "ovh FR"]), None, "nothing is to be mended");
    let hidden = [candidate("hidden", "cloudflare", 5)];
    with(&["aws us-east-1", "aws us-east-1"], |chain| assert!(suggest(&chain, &hidden).is_none()));
}

#[test]
fn every_sentence_exists_in_both_languages() {
    for places in [
        &[][..],
        &["aws us-east-1"],
        &["?", "?"],
        &["aws us-east-1", "aws us-east-1"],
        &["infura@hetzner fsn1", "infura@ovh FR"],
        &["cloudflare", "cloudflare"],
        &["hetzner fsn1", "ionos DE"],
        &["aws us-east-1", "-hetzner fsn1"],
        &["aws us-east-1", "aws us-east-1", "-hetzner fsn1"],
        &["-aws us-east-1", "-hetzner fsn1"],
        &["gcore", "bunny", "qrator"],
        &["ovh FR", "gcore", "?"],
        &["ovh FR", "exoscale ch-gva-2", "hetzner fsn1"],
        &["own", "own"],
    ] {
        let (en, fr) = (verdict_in(places, Lang::En), verdict_in(places, Lang::Fr));
        assert_ne!(en.sentence, fr.sentence, "{places:?}");
        assert_ne!(en.word, fr.word, "{places:?}");
        assert_eq!(en.advice.is_some(), fr.advice.is_some());
        assert!(en.advice.is_none() || en.advice != fr.advice, "{places:?}");
        assert_eq!(en.beside.len(), fr.beside.len());
        assert!(en.beside.iter().zip(&fr.beside).all(|(en, fr)| en != fr), "{places:?}");
        for sentence in [&en.sentence, &fr.sentence] {
            assert!(sentence.ends_with('.') && !sentence.contains("  "), "{sentence}");
        }
    }
    let own = verdict_in(&["own", "own"], Lang::Fr);
    assert!(own.sentence.contains("votre propre réseau"), "within a sentence");
    assert!(own.domains.iter().any(|line| line.name == "Votre propre réseau"), "and alone, in a list");
    assert!(own.sentence.starts_with("Les 2 points d’accès d’Ethereum reposent"), "{}", own.sentence);
    let (a, b) = (ground("own"), ground("own"));
    let base = judge(&Chain::answering("Base", &[("a", &a), ("b", &b)]), Lang::Fr);
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
    let chain = Chain::answering;
    let two = [
        chain("Ethereum", &[("a", &aws), ("b", &aws)]),
        chain("Base", &[("a", &aws)]),
        chain("Scroll", &[("a", &aws), ("c", &hetzner)]),
        chain("Linea", &[]),
    ];
    let overall = judge_all(&two, Lang::En);
    assert_eq!((overall.level, overall.worst.join(" ")), (Level::Shared, "Ethereum".to_owned()));
    assert_eq!(overall.sentence, "If AWS us-east-1 goes dark, 2 of 3 chains lose every endpoint: Ethereum, Base.");
    assert_eq!(overall.losses[0].chains, ["Ethereum", "Base"]);
    assert_eq!(overall.hhi, Some(6_800));
    let fine = judge_all(&[chain("Ethereum", &[("c", &hetzner), ("d", &ovh)])], Lang::Fr);
    assert_eq!((fine.level, fine.losses.len()), (Level::Survives, 0));
    assert_eq!(fine.sentence, "Chaque chaîne survit à la panne de n’importe quelle société, cloud ou région.");
    let single = judge_all(&[chain("Base", &[("a", &aws)])], Lang::En);
    assert_eq!(single.sentence, "Only one endpoint, so that nothing is left when it fails: Base.");
    assert_eq!(judge_all(&[], Lang::En).level, Level::None);
    let mut dark = chain("Scroll", &[("a", &aws), ("c", &hetzner)]);
    dark.endpoints.iter_mut().for_each(|one| one.pulse = Pulse::Down);
    let overall = judge_all(&[dark, chain("Base", &[("c", &hetzner), ("d", &ovh)])], Lang::En);
    assert_eq!(overall.level, Level::Dark);
    assert_eq!(overall.sentence, "No endpoint answers, and pages get only what their wallet has: Scroll.");
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
