'use client';
import { useRef, useState, type FormEvent, type RefObject } from 'react';
import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { gatewayManifests } from '#lib/kinds/gateway/manifest.ts';
import { farKindSchema } from '#lib/protocol/gateway-settings.ts';
import type { Gateway, GatewayAnswer } from '#lib/protocol/http/gateways.ts';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import styles from '#components/ui/form.module.css';
import { FaultNotice } from '#components/ui/fault-notice.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { SelectField } from '#components/ui/select-field.tsx';
import { useStillOpen } from '#components/ui/still-open.ts';
import { TextField } from '#components/ui/text-field.tsx';
import { showToast } from '#components/ui/toast.tsx';
import { GatewayAuthFields } from './gateway-auth-fields.tsx';
import { changeOf, draftOf, emptyDraft, keptSecrets, type GatewayDraft } from './gateway-draft.ts';
import { GatewayTrustFields } from './gateway-trust-fields.tsx';
import { places } from './places-store.ts';

export type GatewayFormProps = {
  readonly open: boolean;
  /** The one to change; null: a new one. */
  readonly gateway: Gateway | null;
  readonly onClose: () => void;
};

type Result =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking'; readonly words: string }
  | { readonly kind: 'answers'; readonly answer: GatewayAnswer }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** Adds or changes a gateway. It is tested before it is kept; secrets never come back to a browser. */
export function GatewayForm({ open, gateway, onClose }: GatewayFormProps) {
  const first = useRef<HTMLInputElement>(null);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? undefined : onClose())}
      title={gateway === null ? 'Add a gateway' : `Change “${gateway.label}”`}
      description={
        gateway === null
          ? 'Jupyter Server, Enterprise Gateway, Kernel Gateway or JupyterHub, as far as this machine can reach it. What lets it in stays on this machine, sealed.'
          : 'Kernels and notebooks on it go on; what is new counts from their next connection on.'
      }
      size="narrow"
      initialFocus={first}
    >
      <Fields key={gateway?.id} gateway={gateway} onClose={onClose} first={first} />
    </Dialog>
  );
}

type FieldsProps = Pick<GatewayFormProps, 'gateway' | 'onClose'> & {
  readonly first: RefObject<HTMLInputElement | null>;
};

const kinds = [
  { value: 'found' as const, label: 'Found by asking' },
  ...farKindSchema.options.map((kind) => ({ value: kind, label: gatewayManifests[kind].label })),
];

function Fields({ gateway, onClose, first }: FieldsProps) {
  const [draft, setDraft] = useState<GatewayDraft>(() => (gateway === null ? emptyDraft : draftOf(gateway)));
  const [result, setResult] = useState<Result>({ kind: 'none' });
  const isStillOpen = useStillOpen();
  const busy = result.kind === 'asking';
  const isNew = gateway === null;
  const change = changeOf(draft, isNew);
  const ready = !busy && draft.url.trim() !== '';

  const check = async () => {
    setResult({ kind: 'asking', words: `Asking ${hostOf(draft.url)}…` });
    const answer = await callApi('checkGateway', { body: { ...change, ...(isNew ? {} : { id: gateway.id }) } });
    setResult(isFault(answer) ? { kind: 'fault', fault: answer } : { kind: 'answers', answer });
  };
  const keep = async () => {
    setResult({ kind: 'asking', words: `Testing ${hostOf(draft.url)} before it is kept…` });
    const answer = await (isNew
      ? callApi('addGateway', { body: { ...change, url: draft.url.trim() } })
      : callApi('changeGateway', { params: { id: gateway.id }, body: change }));
    if (isFault(answer)) return setResult({ kind: 'fault', fault: answer });
    showToast({ title: `“${answer.label}” is ${isNew ? 'added' : 'changed'}` });
    void places.load();
    // Whoever closed the form meanwhile is somewhere else by now.
    if (isStillOpen()) onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) void keep();
  };
  const edit = (part: Partial<GatewayDraft>) => {
    // What is said of the form is said of what stands in it.
    if (busy) return;
    setDraft((before) => ({ ...before, ...part }));
    setResult({ kind: 'none' });
  };
  const { kind } = draft;

  return (
    <form className={styles.form} onSubmit={submit} aria-busy={busy}>
      <TextField
        label="URL"
        value={draft.url}
        onChange={(url) => edit({ url })}
        placeholder="https://host:8888/"
        description="A link with ?token=… may be pasted whole. Of a hub: its own address, or that of your server."
        required
        mono
        inputRef={first}
      />
      <GatewayAuthFields draft={draft} edit={edit} kept={keptSecrets(draft, gateway)} />
      <TextField
        label="Name"
        value={draft.label}
        onChange={(label) => edit({ label })}
        placeholder="The host, if left empty"
      />
      <SelectField
        label="Kind"
        value={kind}
        options={kinds}
        onChange={(next) => edit({ kind: next })}
        description={kind === 'found' ? undefined : gatewayManifests[kind].about}
      />
      <GatewayTrustFields draft={draft} edit={edit} />
      <div ref={keepInSight} key={result.kind}>
        <ResultNotice result={result} />
      </div>
      <div className={styles.buttons}>
        <Button onClick={() => void check()} disabled={!ready}>
          Check
        </Button>
        <Button type="submit" look="primary" disabled={!ready}>
          {isNew ? 'Add' : 'Save'}
        </Button>
      </div>
    </form>
  );
}

/** The form may be longer than the window: what came of it is not left below its edge. */
const keepInSight = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest' });

function ResultNotice({ result }: { readonly result: Result }) {
  switch (result.kind) {
    case 'none':
      return null;
    case 'asking':
      return <Notice kind="info">{result.words}</Notice>;
    case 'answers':
      return <Notice kind="ok">{answerWords(result.answer)}</Notice>;
    case 'fault':
      return <FaultNotice fault={result.fault} />;
  }
}

function answerWords({ kind, version, distanceMs, kernelspecs }: GatewayAnswer): string {
  const offers =
    kernelspecs === null
      ? 'your server on it does not run yet'
      : `offers ${kernelspecs === 1 ? 'one kernel' : `${kernelspecs} kernels`}`;
  return `${gatewayManifests[kind].label} ${version} answers in ${Math.max(1, Math.round(distanceMs))} ms and ${offers}.`;
}

function hostOf(url: string): string {
  return URL.parse(url)?.host || 'the server';
}
