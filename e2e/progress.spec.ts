import { AxeBuilder } from '@axe-core/playwright';
import { cell, expect, openNotebook, test, waitForRuns } from './farfield.ts';
import { writeNotebookFile } from './notebook-fixture.ts';
import { takePicture } from './picture.ts';

/** Says what the agent says of an engine, without one: the kernel is believed in its figures alone. */
const speak = `
import time
def say(done, total, failed=0, engine="spark", **more):
    kernel = get_ipython().kernel
    stages = [dict(name=f"stage {n}", done=done // 2, running=1, failed=0, total=total // 2) for n in range(2)]
    data = dict(engine=engine, jobs=2, tasks=dict(done=done, running=4, failed=failed, total=total), stages=stages,
                stageCount=5, bytesRead=1200000000, shuffleRead=None, shuffleWrite=5000000, spilled=0, **more)
    kernel.session.send(kernel.iopub_socket, "comm_msg", dict(comm_id="farfield.agent", data=data), parent=kernel.get_parent())
`;

test('a strip says how far the engine is, opens to stages, stops the cell, and leaves one line', async ({
  page,
  server,
}) => {
  test.setTimeout(180_000);
  const steps = 'for n in range(600):\n    say(min(n * 20, 3900), 4000); time.sleep(0.5)';
  const wrong = 'say(-1, 4)\nsay(1, 2, engine="other")\nprint("said")';
  const some = 'say(40, 60, engine="ray", atLeast=True)';
  writeNotebookFile(server.place.workspace, 'progress.ipynb', [speak, steps, wrong, some]);
  await openNotebook(page, server, 'progress.ipynb');
  await expect(cell(page, 0)).toBeFocused();
  await page.keyboard.press('Shift+Enter');
  await waitForRuns(page);
  await page.keyboard.press('Shift+Enter');
  const strip = cell(page, 1).getByRole('group', { name: 'Progress on Spark' });
  await expect(strip).toContainText(/of 4,000 tasks · 4 running · 1\.2 GB read · 5\.0 MB shuffled/, {
    timeout: 60_000,
  });
  await expect(strip).toContainText(/\d+ tasks\/s/, { timeout: 30_000 });
  await expect(strip).toContainText(/about .* left/, { timeout: 30_000 });
  await strip.getByRole('button', { name: 'Stages of the work on Spark' }).click();
  await expect(strip.getByRole('listitem')).toHaveCount(3);
  await expect(strip).toContainText('3 earlier ones are not shown');
  const { violations } = await new AxeBuilder({ page }).include('[data-progress]').analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  await takePicture(page, 'progress');
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(strip.getByRole('button', { name: 'Stop' })).toBeInViewport();
  await takePicture(page, 'progress-narrow');
  await strip.getByRole('button', { name: 'Stop' }).click();
  await expect(cell(page, 1)).toHaveAttribute('data-run-state', 'error', { timeout: 30_000 });
  await expect(strip).toContainText(/^Spark: [\d,]+ tasks in .* · of 4,000 · 2 jobs · 1\.2 GB read/);
  await page.reload();
  await expect(strip).toContainText(/^Spark: [\d,]+ tasks/, { timeout: 60_000 });

  await cell(page, 2).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Enter');
  await expect(cell(page, 2).locator('[data-cell-outputs]')).toContainText('said', { timeout: 60_000 });
  await expect(page.locator('[data-progress]')).toHaveCount(1);

  await cell(page, 3).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Enter');
  const more = cell(page, 3).getByRole('group', { name: 'Progress on Ray' });
  await expect(more).toContainText(/^Ray: at least 40 tasks in/, { timeout: 60_000 });
  await more.getByRole('button', { name: 'Stages of the work on Ray' }).click();
  await expect(more.getByRole('listitem').last()).toContainText('at least 20 done');
  await expect(more.getByRole('progressbar')).toHaveCount(0);
});
