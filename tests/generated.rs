//! What the extension's scripts share with the core is what `tools/generate/` writes.

#![allow(clippy::expect_used, reason = "a test")]

use std::process::Command;

#[test]
fn generated_scripts_are_fresh() {
    let ran = Command::new(env!("CARGO_BIN_EXE_generate")).arg("--check").output().expect("the generator runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
}
