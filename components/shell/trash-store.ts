import { type ApiReply, callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { showToast } from '#components/ui/toast.tsx';
import { restoreFiles } from './file-actions.ts';

export type TrashItem = ApiReply<'listTrash'>['items'][number];

/** What the trash has; null before it was asked for. */
export type TrashState = ApiReply<'listTrash'> | Fault | null;

/** The trash as it was when somebody began to look, and after each thing that was done to it here. */
class TrashStore {
  readonly #listeners = new Set<() => void>();
  #state: TrashState = null;

  readonly getSnapshot = (): TrashState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    void this.#list();
    return () => void this.#listeners.delete(listener);
  };

  async restore(trashId: string): Promise<void> {
    await restoreFiles([trashId]);
    await this.#list();
  }

  async erase(trashId: string): Promise<void> {
    const refused = await callApi('eraseTrash', { params: { id: trashId } });
    if (isFault(refused)) showToast({ kind: 'error', title: 'It was not deleted', description: refused.message });
    await this.#list();
  }

  async #list(): Promise<void> {
    this.#state = await callApi('listTrash');
    for (const listener of this.#listeners) listener();
  }
}

export const trash = new TrashStore();
