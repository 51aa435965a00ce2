/** `engagementRate` as `engagement_rate`; what is in that form stays as it is. */
export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `engagement_rate` as `engagementRate`; an underscore before a digit stays. */
export function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
