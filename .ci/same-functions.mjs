// Compares a published functions.metadata with the expected one, whatever the order of functions and of fields.
import { readFileSync } from 'node:fs';

const sorted = (value) =>
  Array.isArray(value)
    ? value.map(sorted)
    : value !== null && typeof value === 'object'
      ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
      : value;
const read = (file) =>
  JSON.stringify(sorted(JSON.parse(readFileSync(file, 'utf8')).sort((a, b) => (a.name < b.name ? -1 : 1))), null, 1);

const [expected, actual] = process.argv.slice(2).map(read);
if (expected !== actual) {
  console.error(`The published functions differ from the expected ones:\n${actual}`);
  process.exit(1);
}
