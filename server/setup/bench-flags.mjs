// The flags of `npm run bench`. Plain JavaScript: a wrong one fails before anything is set up.

const pageGroups = ['run', 'keys', 'load', 'open', 'scroll', 'edit', 'all', 'memory', 'people', 'resource', 'picker'];
const outputGroups = ['lines', 'million', 'longline', 'updates', 'journal'];
const shortGroups = [...pageGroups, ...outputGroups];
/** Minutes each, and gigabytes of memory or disk. */
const longGroups = ['clusters', 'links', 'refused', 'gigabyte'];
const benchGroups = [...shortGroups, ...longGroups];

export const benchUsage = [
  'npm run bench [-- flags]',
  '',
  '  --against jupyterlab  measures the same on JupyterLab, installed into .venvs/jupyterlab at first use',
  `  --only GROUPS         some groups of rows, by commas: ${benchGroups.join(', ')}`,
  `  --long                the long groups as well: ${longGroups.join(', ')}; docs/benchmarks.md is written by such a run`,
  '  --rounds N            repetitions of what is measured a few times (default 5)',
  '  --no-write            prints the table and writes no file',
  '  --help                shows this',
].join('\n');

/** Answers `{ value }`, `{ help: true }`, or `{ message }` for the person at the terminal. */
export function readBenchFlags(argv) {
  const value = { against: null, only: null, long: false, rounds: 5, write: true };
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index];
    if (word === '--help' || word === '-h') return { help: true };
    if (word === '--no-write') {
      value.write = false;
      continue;
    }
    if (word === '--long') {
      value.long = true;
      continue;
    }
    if (!['--against', '--only', '--rounds'].includes(word)) {
      return { message: `There is no flag ${word}.\n\n${benchUsage}` };
    }
    const given = argv[(index += 1)] ?? '';
    if (word === '--against') {
      if (given !== 'jupyterlab') return { message: `--against knows jupyterlab alone, not “${given}”.` };
      value.against = given;
    } else if (word === '--only') {
      const names = given.split(',');
      const unknown = names.find((name) => !benchGroups.includes(name));
      if (unknown !== undefined)
        return { message: `There is no group “${unknown}”. Groups: ${benchGroups.join(', ')}.` };
      value.only = names;
    } else {
      const rounds = Number(given);
      if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
        return { message: `--rounds takes a whole number from 1 to 100, not “${given}”.` };
      }
      value.rounds = rounds;
    }
  }
  return { value };
}

/** Names of the groups that these flags ask for, in the order of the page. */
export function askedGroups({ only, long }) {
  if (only !== null) return benchGroups.filter((name) => only.includes(name));
  return long ? benchGroups : shortGroups;
}
