import { z } from 'zod';
import { StoredValue } from './stored-value.ts';

/** Widths of a place beside the page on wide screens, px. */
export type PlaceWidth = { readonly initial: number; readonly min: number; readonly max: number };

export type SidePlaceState<View extends string> = {
  /** Whether it stands beside the page on wide screens. */
  readonly shown: boolean;
  readonly view: View;
  /** px */
  readonly width: number;
};

/** A place beside the page that shows one of several views, as this browser left it: the sidebar, the panel. */
export class SidePlace<View extends string> extends StoredValue<SidePlaceState<View>> {
  readonly widths: PlaceWidth;

  constructor(
    key: string,
    views: readonly [View, ...View[]],
    widths: PlaceWidth,
    initial: Omit<SidePlaceState<View>, 'width'>,
  ) {
    const schema = z.object({
      shown: z.boolean(),
      view: z.enum(views),
      width: z.number().min(widths.min).max(widths.max),
    });
    super(key, schema as z.ZodType<SidePlaceState<View>>, { ...initial, width: widths.initial });
    this.widths = widths;
  }

  change(part: Partial<SidePlaceState<View>>): void {
    this.set({ ...this.get(), ...part });
  }

  /** A press on the sign of a view: shows it, or hides the place when it already is what is shown. */
  readonly toggle = (view: View): void => {
    const { shown, view: present } = this.get();
    this.change({ view, shown: !(shown && present === view) });
  };
}
