declare module "advocacy-wasm/advocacy.wasm?inline" {
  const bytes: string;
  export default bytes;
}
