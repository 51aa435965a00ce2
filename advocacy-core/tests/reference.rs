//! The reference in `docs/` is what the core's lists say now.

#[path = "../examples/reference/render.rs"]
mod render;

#[test]
fn the_reference_is_rendered_from_the_core() {
    let shown = include_str!("../docs/REFERENCE.md");
    let now = render::reference();
    let differs = shown
        .lines()
        .zip(now.lines())
        .find(|(shown, now)| shown != now);
    assert!(
        shown == now,
        "advocacy-core/docs/REFERENCE.md is not what the core says; run \
         `cargo run --example reference > advocacy-core/docs/REFERENCE.md`; first difference: {differs:?}"
    );
}
