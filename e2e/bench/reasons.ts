/** Why a target is missed, where it is known, by row: printed beside the row while it is not met. */
export const reasons: Readonly<Record<string, string>> = {};
