// Time as people write it.

/** Nanoseconds as seconds with milliseconds. */
export function seconds(nanoseconds: i64): string {
  const ms = nanoseconds / 1000000;
  return `${ms / 1000}.${(ms % 1000).toString().padStart(3, '0')} s`;
}

function two(value: i64): string {
  return value.toString().padStart(2, '0');
}

/** Milliseconds since 1970 as a date and a time of day, UTC (the civil calendar, counted in eras of 400 years). */
export function date(ms: i64): string {
  const days = ms / 86400000 + 719468;
  const era = days / 146097;
  const inEra = days - era * 146097;
  const yearOfEra = (inEra - inEra / 1460 + inEra / 36524 - inEra / 146096) / 365;
  const dayOfYear = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shifted = (5 * dayOfYear + 2) / 153;
  const day = dayOfYear - (153 * shifted + 2) / 5 + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const s = (ms % 86400000) / 1000;
  return `${year}-${two(month)}-${two(day)} ${two(s / 3600)}:${two((s / 60) % 60)}:${two(s % 60)} UTC`;
}
