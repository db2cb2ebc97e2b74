// Loaded into a server before anything else (`node --import`): its clock jumps a day ahead at SIGUSR2, two days back at
// the next one, and so on. For tests of what a wrong clock does to a whole process.
const dayMs = 86_400_000;
const RealDate = Date;
let shiftMs = 0;
let step = dayMs;

globalThis.Date = class extends RealDate {
  // Next puts a Date of its own in the place of this one, with what this one has itself.
  static parse = RealDate.parse;
  static UTC = RealDate.UTC;

  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + shiftMs);
    else super(...parts);
  }

  static now() {
    return RealDate.now() + shiftMs;
  }
};

process.on('SIGUSR2', () => {
  shiftMs += step;
  step = step > 0 ? -2 * dayMs : 2 * dayMs;
});
