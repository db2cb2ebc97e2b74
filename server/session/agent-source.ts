import { createHash } from 'node:crypto';
import { joinAgentSource } from '#server/agent/join-source.ts';

/** What we have inside Python kernels. `version` is that of its source: two that differ have different ones. */
export type AgentSource = { readonly source: string; readonly version: string };

let read: AgentSource | null = null;

export function agentSource(): AgentSource {
  if (read === null) {
    const source = joinAgentSource();
    read = { source, version: createHash('sha256').update(source).digest('hex').slice(0, 16) };
  }
  return read;
}

/** The name of its module in a kernel. */
const module = '_farfield_agent';
const modules = '__import__("sys").modules';

/** Asks the agent that is there; shows `None` where there is none of this version. */
export function askAgent({ version }: AgentSource, request: object): string {
  const agent = `${modules}.get(${text(module)})`;
  const asked = `${agent}.answer(${text(JSON.stringify(request))})`;
  return `${asked} if getattr(${agent}, "version", None) == ${text(version)} else None`;
}

/** The same, of a kernel that may have none yet: it comes with the question. Leaves no name behind but that of its module. */
export function enterAgent(agent: AgentSource, request: object): string {
  const { source, version } = agent;
  const enter =
    `(lambda s, b, m, old: (b.exec(b.compile(${text(source)}, "<farfield agent>", "exec"), m.__dict__), ` +
    `b.setattr(m, "version", ${text(version)}), m.begin(old), s.modules.update({m.__name__: m})))` +
    `(__import__("sys"), __import__("builtins"), __import__("types").ModuleType(${text(module)}), ${modules}.get(${text(module)}))`;
  const isThere = `getattr(${modules}.get(${text(module)}), "version", None) == ${text(version)}`;
  return `(None if ${isThere} else ${enter}, ${modules}[${text(module)}].answer(${text(JSON.stringify(request))}))[1]`;
}

/** JSON's strings are Python's, too. */
const text = (value: string): string => JSON.stringify(value);
