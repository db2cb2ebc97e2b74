import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './farfield.ts';

/** Serious and critical findings of axe in both themes, as sentences. What is the same in both is looked at once. */
export async function findSerious(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
    await settled(page);
    // Of what is in order nothing but a count is wanted, and no second page that gathers what frames said.
    const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
    const { violations } = await (colorScheme === 'light' ? axe : axe.withRules(['color-contrast'])).analyze();
    found.push(
      ...violations
        .filter((one) => one.impact === 'serious' || one.impact === 'critical')
        .map((one) => `${colorScheme} ${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`),
    );
  }
  return found;
}

/**
 * Colours on their way from one theme to the other, or to their place, are nobody's. Endless turning is no such way. What has
 * its colour from around it may set out only when that has come.
 */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (;;) {
      const moving = document
        .getAnimations()
        .filter((one) => one.playState === 'running' && one.effect?.getComputedTiming().endTime !== Infinity);
      if (moving.length === 0) return;
      await Promise.allSettled(moving.map((one) => one.finished));
    }
  });
}
