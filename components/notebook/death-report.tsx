'use client';
import { X } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { useCellIds } from '#lib/client/document/use-document.ts';
import { useSessions } from '#lib/client/results/use-results.ts';
import type { Death } from '#lib/core/session/death.ts';
import { sayExit, sayMemory } from '#lib/core/session/say-death.ts';
import styles from './death-report.module.css';
import { MemoryCurve } from './memory-curve.tsx';
import { useNotebook } from './notebook-context.ts';
import { clock, counted } from '#components/ui/measure-words.ts';

/** What is known of the end of the kernel, and what can be done about it; nothing while there is nothing to report. */
export function DeathReport() {
  const { document, results, commands } = useNotebook();
  const session = useSessions(results)[0];
  const cells = useCellIds(document);
  if (session === undefined || session.death === null) return null;
  const { death, status } = session;
  const { cellId, ran } = death;
  const place = cellId === null ? -1 : cells.indexOf(cellId);
  const goTo = () => {
    if (cellId === null) return;
    commands.collapsing.reveal(cellId);
    commands.selecting.activate(cellId);
  };
  const dead = status === 'dead';
  const memory = sayMemory(death.memory);
  const replayed = ran.length === 1 ? 'the cell' : `the ${ran.length} cells`;
  return (
    <section className={styles.report} aria-label="The kernel ended" data-death-report>
      <Notice
        kind={death.idleMinutes === null ? 'error' : 'info'}
        actions={
          <IconButton
            icon={X}
            size="small"
            label="Put this report away"
            onClick={() => void commands.life.dismissDeath()}
          />
        }
      >
        <p className={styles.title}>
          The kernel ended at {clock(death.at, death.at)}
          {place < 0 ? null : (
            <>
              {' while '}
              <button type="button" className={styles.link} onClick={goTo}>
                cell {place + 1}
              </button>
              {' ran'}
            </>
          )}
          .
        </p>
        <p>{sayExit(death)}</p>
        {memory === null ? null : (
          <p className={styles.memory}>
            <MemoryCurve samples={death.memory} /> {memory}
          </p>
        )}
        <p className={styles.then}>{sayRest(death, dead)}</p>
        <div className={styles.buttons}>
          {ran.length === 0 ? null : (
            <Button look="primary" onClick={() => void commands.life.replay()}>
              {dead ? 'Restart and replay' : 'Replay'} {replayed} that had run
            </Button>
          )}
          {dead ? (
            <Button onClick={() => void commands.life.restart('nothing')}>
              {death.idleMinutes === null ? 'Restart the kernel' : 'Start it again'}
            </Button>
          ) : null}
        </div>
      </Notice>
    </section>
  );
}

function sayRest({ cancelled, restarted }: Death, dead: boolean): string {
  const waited =
    cancelled === 0 ? '' : `${counted(cancelled, 'waiting cell')} ${cancelled === 1 ? 'was' : 'were'} cancelled. `;
  const now = restarted && !dead ? 'The gateway has started another kernel in its place, without variables. ' : '';
  return `${waited}${now}Outputs are kept, and nothing was run again.`;
}
