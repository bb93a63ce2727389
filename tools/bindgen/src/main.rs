//! `breakwater-bindgen INPUT.wasm OUT_DIR`: gives the same output as `wasm-bindgen --target web --out-dir OUT_DIR
//! --out-name breakwater`, byte for byte.

use std::{env, process::ExitCode};

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let [input, out_dir] = arguments.as_slice() else {
        eprintln!("usage: breakwater-bindgen INPUT.wasm OUT_DIR");
        return ExitCode::from(2);
    };
    let mut generator = Bindgen::new();
    let done = generator.web(true).and_then(|web| {
        web.input_path(input).out_name("breakwater").typescript(true).omit_default_module_path(false).generate(out_dir)
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("breakwater-bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}
