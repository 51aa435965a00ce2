// Every word the page says. A translation is another object of this type; words of the
// library itself (metrics, options, columns) are in English unless they are given here.

/** With a capital letter and a stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed.charAt(0).toUpperCase() + trimmed.slice(1) + (/[.?!]$/.test(trimmed) ? "" : ".");
}

const UNCHANGED = "no change";

const one = (count: number, single: string, several: string) => (count === 1 ? single : several);

export const texts = {
  language: "en",
  title: "Advocacy",
  lead: "The report of your employee-advocacy programme, with every number explained.",
  private: "Nothing is uploaded. Your files are read and counted in this tab; the page is not allowed to connect to anything.",
  skip: "Skip to the report",
  nav: { label: "Sections", data: "Data", report: "Report", enps: "eNPS", reach: "Reach" },
  theme: { label: "Colours", auto: "As the system", light: "Light", dark: "Dark" },
  data: {
    title: "Your data",
    drop: "Drop your CSV exports here",
    or: "one file a table, named after it, such as shares.csv",
    choose: "Choose files",
    sample: "Load the sample company",
    sampleNote: "A made-up company of about 400 employees, so that you can look around first.",
    timeZone: "Time zone",
    currency: "Currency",
    currencyNote: "of money that states none",
    tables: "Tables and columns that are read",
    required: "required",
    loaded: (name: string, files: number) => (files ? `${files} ${one(files, "file", "files")} read: ${name}` : `${name} is loaded`),
    sampleName: "The sample company",
    unknownFile: (name: string) => `${name} is not named after a table`,
    nothing: "None of these files is named after a table.",
  },
  work: {
    reading: (file: string) => `Reading ${file}`,
    sample: "Making the sample company",
    checking: "Checking every row and reference",
    counting: "Counting",
    cancel: "Cancel",
    cancelled: "Cancelled. Nothing was kept.",
    progress: "Progress",
  },
  problems: {
    title: (count: number) => `${count} ${one(count, "problem", "problems")} in these files`,
    none: "No report was made. Mend the files and drop them again.",
    file: "File",
    line: "Line",
    row: "Row",
    column: "Column",
    reason: "Reason",
    more: (count: number) => `and ${count} more`,
    other: "Something went wrong",
  },
  report: {
    title: "Report",
    empty: "Load data to see its report.",
    period: "Period",
    quarters: "Quarters",
    months: "Months",
    years: "Years",
    facts: (zone: string, asOf: string, database: string) => `Days in ${zone} (time zones: ${database}). Data up to ${asOf}.`,
    headline: "At a glance",
    versus: (label: string) => `against ${label}`,
    previously: "before",
    unchanged: UNCHANGED,
    interval: (low: string, high: string, confidence: string) => `${low} to ${high} at ${confidence}`,
    explain: (metric: string, value: string, where: string) => `${metric}${where ? `, ${where}` : ""}: ${value}. Explain`,
    total: "All",
    none: "None",
    asTable: "The same as a table",
    retention: "Who stays",
    retentionNote: "Of those who began in a month, the share active so many months later.",
    cohort: "Began",
    size: "People",
    age: (age: number) => `+${age}`,
    warnings: "Odd about the input",
    partial: "Not every row could be counted; open the number to see how many.",
    scroll: "Table, scrolls sideways",
  },
  state: { undefined: "undefined", missing: "not known", suppressed: "withheld", defined: "" } as Record<string, string>,
  stateMeaning: {
    undefined: "The definition gives no value here, which is not the same as 0.",
    missing: "The data that would give a value is not known, which is not the same as 0.",
    suppressed: "A privacy policy withholds it, which is not the same as 0.",
  } as Record<string, string>,
  families: {
    people: "People",
    content: "Content",
    reach: "Reach",
    engagement: "Engagement",
    outcomes: "Outcomes",
    surveys: "How people feel",
    workforce: "Workforce",
  } as Record<string, string>,
  units: { days: "days", bits: "bits" },
  definitions: {
    title: "Definitions",
    lead: "Vendors count differently. Choose how, and see what moves and why.",
    adoption_denominator: "Adoption is a share of",
    engagement_set: "Engagement is the sum of",
    all: "All definitions",
    reset: "Back to the defaults",
    moved: (count: number) => (count ? `${count} ${one(count, "number", "numbers")} moved` : "No number moved"),
    now: (option: string, value: string, before: string) => `${option} is now “${value}”, not “${before}”`,
    below: (now: string, before: string) => `divided by ${now} instead of ${before}`,
    above: (now: string, before: string) => `counting ${now} instead of ${before}`,
    more: (count: number) => `and ${count} more below`,
  },
  privacy: {
    title: "Privacy",
    lead: "Groups of few people can be withheld, and with them whatever would give them away.",
    k: "Withhold groups smaller than",
    surveyK: "and, of survey answers, smaller than",
    people: "people",
    off: "Off: every number is shown",
    remove: "Show every number",
    count: (count: number) => (count ? `${count} ${one(count, "number is", "numbers are")} withheld in this report.` : "No number is withheld in this report."),
  },
  choices: {
    auto: "all that the data knows",
    all: "everything, clicks included",
    social: "likes, comments and reshares, without clicks",
    everyonesocial: "likes and comments",
    platform: "the platform’s own count",
    engaged: "the platform’s count of people",
    employees: "employees",
    invited: "the invited",
    joined: "members",
    connected: "members with an account",
    active: "active advocates",
    seats: "licensed seats",
  } as Record<string, string>,
  explain: {
    close: "Close",
    sum: "The sum",
    parts: "Parts",
    is: "is",
    interval: "How sure",
    intervalText: (confidence: string, low: string, high: string, method: string) =>
      `The ${confidence} interval reaches from ${low} to ${high} (${method}).`,
    compared: "Compared",
    comparedText: (before: string, label: string) => `${before} in the ${label}`,
    difference: (difference: string) => (difference === UNCHANGED ? difference : `a difference of ${difference}`),
    definition: "Definition",
    standard: "as the metric reference has it",
    coverage: "Coverage",
    coverageText: (known: string, rows: string) => `What it needs was known in ${known} of ${rows} rows.`,
    period: "Period",
    notes: "To bear in mind",
    words: "In the library’s own words",
    source: "Source",
  },
  notes: {
    partial_period: (note) => `The period was not over: data up to ${note.asOf}.`,
    clipped_bucket: () => "Cut by the edge of the period.",
    non_additive: (note) => `Does not add up over rows: ${note.reason}.`,
    outside_population: (note) => `${note.people} people outside the denominator’s population were left out.`,
    not_known: (note) => `${note.rows} rows without ${note.what} were left out.`,
    partly_known: (note) => `${note.rows} rows were summed over the parts that are known.`,
    excluded: (note) => `Left out: ${note.count} ${note.what}.`,
    imputed: (note) => `Stand-ins: ${note.count} ${note.what}.`,
    above_one: () => "Above 100 %, which the definition allows.",
    not_split: (note) => `One side is not split by ${note.dimensions}.`,
    not_filtered: (note) => `The filter on ${note.dimensions} does not narrow one side.`,
    employees_from_advocates: () => "No headcount was stated: employees are those known to the programme.",
    platform_count: () => "The platform’s own count, not a sum of parts.",
    small_sample: (note) => `A small sample: ${note.n}.`,
    remark: (note) => `${note.text}.`,
  } as Record<string, (note: Record<string, string>) => string>,
  enps: {
    title: "eNPS calculator",
    lead: "How likely are you to recommend us as a place to work? Promoters less detractors, with how sure that is.",
    counts: "Counts",
    answers: "Answers",
    by: "From",
    paste: "Answers from 0 to 10, separated by anything",
    score: "eNPS",
    points: "points",
    margin: (margin: string, confidence: string) => `± ${margin} at ${confidence}`,
    interval: (low: string, high: string) => `between ${low} and ${high}`,
    nobody: "Without answers there is no score.",
    bar: (promoters: string, passives: string, detractors: string) =>
      `${promoters} promoters, ${passives} passives, ${detractors} detractors`,
  },
  reach: {
    title: "Reach calculator",
    lead: "What a programme could show people in a month. Every assumption is yours; change one and see.",
    views: "potential views a month",
    assumption: "Assumption",
    sum: "The sum",
  },
  fields: {
    promoters: "Promoters (9–10)",
    passives: "Passives (7–8)",
    detractors: "Detractors (0–6)",
    method: "Method",
    confidence: "Confidence",
    headcount: "Employees",
    adoption: "Share of them who take part",
    shares_per_month: "Shares per participant and month",
    followers: "Followers per participant",
    view_through: "Share of followers who see a share",
  } as Record<string, string>,
  /** Titles of the library in another language, by id. */
  metrics: {} as Record<string, string>,
  sections: {} as Record<string, string>,
  footer: "Made by advocacy-wasm, an open library: the same numbers in Rust, Python and JavaScript.",
} satisfies Record<string, unknown> & { notes: Record<string, (note: Record<string, string>) => string> };

/** People whose names methods bear. */
const PEOPLE = /\b(wald|wilson|agresti|caffo|coull|min|clopper|pearson|jeffreys|tango|goodman|newcombe|student)\b/g;

/** A method's name in a sentence: `adjusted_wald` is `adjusted Wald`. */
export function methodName(id: string): string {
  return id.replaceAll("_", " ").replace(PEOPLE, (name) => name.charAt(0).toUpperCase() + name.slice(1));
}

/** An id as words: `adoption_rate` is `Adoption rate`. */
export function words(id: string): string {
  const text = id.replace(/([A-Z])/g, "_$1").replaceAll("_", " ").toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
