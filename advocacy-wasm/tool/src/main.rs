//! Makes the glue.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    wasm_bindgen_cli_support::Bindgen::new()
        .input_path(&args[1])
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name("advocacy")
        .generate(&args[2])?;
    Ok(())
}
