// The conformance cases by the public functions, in Node and in the browser alike.

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

/** Whole numbers that are no numbers of JavaScript's. */
function decode(value) {
  if (typeof value === "string" && value.startsWith("bigint:")) return BigInt(value.slice("bigint:".length));
  return Array.isArray(value) ? value.map(decode) : value;
}

/** What the library makes of a case, in the words of native code. */
export function run(advocacy, { operation, input }) {
  const info = advocacy.operations().find((known) => known.id === operation);
  if (!info) throw new Error(`operation ${operation} is not there`);
  const call = advocacy[camel(operation)];
  const names = new Set(info.parameters.map((parameter) => parameter.name));
  const options = {};
  const given = Object.fromEntries(Object.entries(input).map(([name, value]) => [name, decode(value)]));
  for (const [name, value] of Object.entries(given)) {
    const parameter = info.parameters.find((known) => known.name === name);
    if (!parameter?.required) options[names.has(name) ? camel(name) : name] = value;
  }
  const must = info.parameters.filter((parameter) => parameter.required).map((parameter) => given[parameter.name]);
  try {
    return { output: call(...must, options) };
  } catch (error) {
    if (!(error instanceof advocacy.AdvocacyError)) throw error;
    return { error: { code: error.code, field: error.field, row: error.row } };
  }
}
