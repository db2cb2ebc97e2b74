import type { Fault } from '#lib/core/fault.ts';
import type { GatewayId, KernelId } from '#lib/core/ids.ts';
import type { ComputePlace } from '#lib/protocol/http/kernels.ts';
import type { PickerLine, PickerLines } from '#components/ui/picker-line.ts';

/** One line of the picker that can be chosen. */
export type KernelChoice = {
  /** Unique within the picker. */
  readonly key: string;
  readonly gatewayId: GatewayId;
  readonly placeLabel: string;
  readonly near: boolean;
  /** Its certificate is not verified. */
  readonly unverified: boolean;
  /** Milliseconds to the place; null when unknown. */
  readonly distanceMs: number | null;
  /** Shown in full ink: what runs there. */
  readonly title: string;
  /** What to ask of the server. */
  readonly target: { readonly kernelName: string } | { readonly kernelId: KernelId };
  /** State and use of a running kernel; null for one that is to be started. */
  readonly running: RunningUse | null;
  readonly current: boolean;
};

export type RunningUse = {
  readonly state: string;
  readonly notebooks: readonly string[];
  /** ms since 1970 */
  readonly lastActivity: number;
};

export type Recent = { readonly gatewayId: string; readonly kernelName: string };

/** What the notebook is bound to now. */
export type Bound = { readonly gatewayId: GatewayId; readonly kernelId: KernelId; readonly kernelName: string };

/** A line of the picker: a kernel, or what another feature offers. */
export type Line =
  | { readonly key: string; readonly kernel: KernelChoice; readonly other: null }
  | { readonly key: string; readonly kernel: null; readonly other: PickerLine };
export type LineSection = { readonly title: string; readonly lines: readonly Line[] };

export type ChoiceSection = { readonly title: string; readonly choices: readonly KernelChoice[] };

/** What a notebook without a kernel starts when a cluster is chosen for it. */
export type Start = { readonly gatewayId: GatewayId; readonly kernelName: string; readonly words: string };

/** A place that offers nothing now, with the reason a person reads. */
export type ClosedPlace = { readonly place: ComputePlace; readonly fault: Fault | null };

export type Choices = { readonly sections: readonly ChoiceSection[]; readonly closed: readonly ClosedPlace[] };

/**
 * The picker's content: recent starts first, then running kernels, then all kernelspecs, near places before far ones;
 * places that cannot serve come last with their fault. Every typed word must be found in a line. Pure.
 */
export function kernelChoices(
  all: readonly ComputePlace[],
  options: { readonly recent: readonly Recent[]; readonly bound: Bound | null; readonly typed: string },
): Choices {
  const byDistance = [...all].sort(
    (a, b) => placeRank(a) - placeRank(b) || (a.distanceMs ?? Infinity) - (b.distanceMs ?? Infinity),
  );
  const words = options.typed.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (choice: KernelChoice) => hasWords(words, textOf(choice));
  const open = byDistance.filter((place) => place.state === 'ready');
  const starts = open.flatMap((place) => startsOf(place));
  const running = open.flatMap((place) => runningOf(place, options.bound));
  const recent = options.recent.flatMap((wish) =>
    starts
      .filter(
        ({ gatewayId, target }) =>
          gatewayId === wish.gatewayId && 'kernelName' in target && target.kernelName === wish.kernelName,
      )
      .map((choice) => ({ ...choice, key: `recent:${choice.key}` })),
  );
  const sections = [
    { title: 'Recent', choices: recent },
    { title: 'Start a new kernel', choices: starts },
    { title: 'Running', choices: running },
  ];
  return {
    sections: sections
      .map(({ title, choices }) => ({ title, choices: choices.filter(matches) }))
      .filter(({ choices }) => choices.length > 0),
    closed: byDistance
      .filter((place) => place.state !== 'ready')
      .filter((place) => hasWords(words, place.gateway.label.toLowerCase()))
      .map((place) => ({ place, fault: place.fault })),
  };
}

/**
 * The lines of kernels with those of others: what is recent in one section, then kernels, then the rest in its order. Every
 * typed word must be found in a line.
 */
export function allLines(
  kernels: readonly ChoiceSection[],
  others: readonly PickerLines[],
  typed: string,
): readonly LineSection[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Map<string, readonly Line[]>();
  const add = (title: string, lines: readonly Line[]) => found.set(title, [...(found.get(title) ?? []), ...lines]);
  add('Recent', []);
  for (const { title, choices } of kernels)
    add(
      title,
      choices.map((kernel) => ({ key: kernel.key, kernel, other: null })),
    );
  for (const { title, lines } of others)
    add(
      title,
      lines
        .filter((line) =>
          hasWords(words, `${title} ${line.title} ${line.about} ${line.use} ${line.note}`.toLowerCase()),
        )
        .map((other) => ({ key: other.key, kernel: null, other })),
    );
  return [...found].map(([title, lines]) => ({ title, lines })).filter(({ lines }) => lines.length > 0);
}

/** The first lines of all sections together. */
export function firstLines(sections: readonly LineSection[], count: number): readonly LineSection[] {
  return sections
    .map(({ title, lines }, at) => {
      const before = sections.slice(0, at).reduce((sum, section) => sum + section.lines.length, 0);
      return { title, lines: lines.slice(0, Math.max(0, count - before)) };
    })
    .filter(({ lines }) => lines.length > 0);
}

/** The Python that a notebook starts when nobody chose a kernel: the one started last, else the nearest default. */
export function defaultStart(all: readonly ComputePlace[], recent: readonly Recent[]): Start | null {
  const starts = kernelChoices(all, { recent, bound: null, typed: '' })
    .sections.filter(({ title }) => title !== 'Running')
    .flatMap(({ choices }) => choices);
  const isPython = (place: string, name: string) =>
    all.some(
      ({ gateway, kernelspecs }) =>
        gateway.id === place && kernelspecs.some((spec) => spec.name === name && /^python$/i.test(spec.language)),
    );
  for (const { gatewayId, target, title, placeLabel } of starts) {
    if ('kernelName' in target && isPython(gatewayId, target.kernelName))
      return { gatewayId, kernelName: target.kernelName, words: `${title} on ${placeLabel}` };
  }
  return null;
}

/** Adds a start to the recent ones: newest first, at most three, no doubles. */
export function withRecent(recent: readonly Recent[], started: Recent): readonly Recent[] {
  const others = recent.filter(
    ({ gatewayId, kernelName }) => gatewayId !== started.gatewayId || kernelName !== started.kernelName,
  );
  return [started, ...others].slice(0, 3);
}

const placeRank = (place: ComputePlace) => (place.gateway.place === 'near' ? 0 : 1);

const hasWords = (words: readonly string[], text: string) => words.every((word) => text.includes(word));

const textOf = (choice: KernelChoice) =>
  [choice.placeLabel, choice.title, choice.running?.state, ...(choice.running?.notebooks ?? [])]
    .join(' ')
    .toLowerCase();

function baseOf(place: ComputePlace) {
  return {
    gatewayId: place.gateway.id,
    placeLabel: place.gateway.label,
    near: place.gateway.place === 'near',
    unverified: !place.gateway.tls.verify,
    distanceMs: place.distanceMs,
  };
}

function startsOf(place: ComputePlace): readonly KernelChoice[] {
  return [...place.kernelspecs]
    .sort((a, b) => Number(b.isDefault) - Number(a.isDefault))
    .map((spec) => ({
      ...baseOf(place),
      key: `start:${place.gateway.id}:${spec.name}`,
      title: spec.displayName,
      target: { kernelName: spec.name },
      running: null,
      current: false,
    }));
}

function runningOf(place: ComputePlace, bound: Bound | null): readonly KernelChoice[] {
  return [...place.kernels]
    .sort((a, b) => b.lastActivity - a.lastActivity)
    .map((kernel) => ({
      ...baseOf(place),
      key: `kernel:${place.gateway.id}:${kernel.id}`,
      title: kernel.displayName,
      target: { kernelId: kernel.id },
      running: { state: kernel.state, notebooks: kernel.notebooks, lastActivity: kernel.lastActivity },
      current: bound !== null && bound.gatewayId === place.gateway.id && bound.kernelId === kernel.id,
    }));
}
