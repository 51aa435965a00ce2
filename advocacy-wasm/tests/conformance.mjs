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

/** Tags by name as a list of `name=value`. */
function tagged({ tags, ...row }) {
  const pairs = Object.entries(tags ?? {}).flatMap(([name, values]) => values.map((value) => `${name}=${value}`));
  return tags ? { ...row, tags: pairs } : row;
}

/** A programme's rows as tables: what is nested in a row of the core's is a table here. */
export function tables({ advocates = [], content = [], ...rest }) {
  const below = (rows, nested, name) => rows.flatMap((row) => (row[nested] ?? []).map((inner) => ({ [name]: row.id, ...inner })));
  const tagged = ({ tags, ...row }) =>
    tags ? { ...row, tags: Object.entries(tags).flatMap(([name, values]) => values.map((value) => `${name}=${value}`)) } : row;
  const filled = (rows) => (rows.length ? rows : undefined);
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([, rows]) => !Array.isArray(rows) || rows.length)),
    advocates: advocates.map(({ memberships, moves, ...row }) => tagged(row)),
    memberships: filled(below(advocates, "memberships", "advocate")),
    moves: filled(below(advocates, "moves", "advocate")),
    content: filled(content.map(({ status_changes, ...row }) => tagged(row))),
    status_changes: filled(below(content, "status_changes", "content")),
  };
}

/** What the library makes of a case of a whole programme. */
export function ask(advocacy, programmes, { operation, input }) {
  const { program, tz: timeZone, period, as_of: asOf, week_start: weekStart, metrics, by, where = [], definitions, compare, privacy } = input;
  const options = { timeZone, period, asOf, weekStart };
  try {
    if (operation === "report") return { output: programmes[program].report(options) };
    const filter = Object.fromEntries(where.map(({ dimension, values, except }) => [dimension, except ? { not: values } : values]));
    // The name of a baseline, or a filter.
    const baseline = typeof compare === "string" ? camel(compare) : compare;
    return { output: programmes[program].measure(metrics, { ...options, by, filter, definitions, privacy, compare: baseline }) };
  } catch (error) {
    if (!(error instanceof advocacy.AdvocacyError)) throw error;
    return { error: { code: error.code, field: error.field, row: error.row } };
  }
}
