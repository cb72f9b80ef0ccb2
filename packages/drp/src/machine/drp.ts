import { bytesToHex } from '@noble/hashes/utils.js';
import { checkConfig, type DrpCommand, type DrpConfig, type DrpOutput } from '../config.ts';
import type { Input, Machine } from '../host.ts';
import { decodeMessage, type Message } from '../messages.ts';
import { type Rules, soundRules } from '../rules.ts';
import { fetchTimeout } from './check.ts';
import { askTimeout, dealTimeout } from './collect.ts';
import { onCheck, onSignedOff } from './commands.ts';
import { onBlamed, onDealing, onDealingsVerified, onDealt, onDoubtSettled } from './dealings.ts';
import { decryptTimeout, onDecrypted, onShares, onSharesVerified } from './decrypt.ts';
import { decryptedBefore } from './durable.ts';
import { serveDealing, serveShares, serveWanted } from './serve.ts';
import { close, open } from './sessions.ts';
import { type Draft, type DrpState, type Environment, touch } from './state.ts';

/**
 * The machine of one server in one epoch, and of the client in the sessions that it leads.
 * @throws DrpError for a configuration that cannot be; `insecure` where f servers could know every secret, or bias a session
 *   with a chance above 2^-biasBits
 */
export const createDrp = (config: DrpConfig): Machine<DrpState, DrpCommand, DrpOutput> =>
  assembleDrp(config, soundRules);

/** `createDrp` with rules that may be broken. */
export const assembleDrp = (config: DrpConfig, rules: Rules): Machine<DrpState, DrpCommand, DrpOutput> => {
  checkConfig(config);
  const names = config.roster.map(({ identity }) => bytesToHex(identity));
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const environment: Environment = { config, rules, names, indexOf };
  return {
    init: (persisted) => ({
      runs: new Map(),
      waiting: new Map(),
      decrypted: decryptedBefore(config.epoch, persisted),
      evicted: new Map(),
      stored: persisted,
      nextId: 0,
    }),
    step: (state, input) => {
      const draft: Draft = {
        ...environment,
        runs: new Map(state.runs),
        touched: new Set(),
        waiting: new Map(state.waiting),
        decrypted: new Map(state.decrypted),
        evicted: new Map(state.evicted),
        stored: new Map(state.stored),
        nextId: state.nextId,
        effects: [],
      };
      take(draft, input);
      const { runs, waiting, decrypted, evicted, stored, nextId, effects } = draft;
      return { state: { runs, waiting, decrypted, evicted, stored, nextId }, effects };
    },
  };
};

const take = (draft: Draft, input: Input<DrpCommand>): void => {
  switch (input.type) {
    case 'start':
      return;
    case 'command':
      return onCommand(draft, input.value);
    case 'message':
      return onMessage(draft, input.from, input.bytes);
    case 'timer':
      return onTimer(draft, input.id);
    case 'verified':
      return onVerified(draft, input.id, input.valid);
    case 'signed':
      return onSigned(draft, input.id, input.signature);
  }
};

const onCommand = (draft: Draft, command: DrpCommand): void => {
  switch (command.type) {
    case 'open':
      return open(draft, command.session);
    case 'check':
      return onCheck(draft, command.selection);
    case 'signedOff':
      return onSignedOff(draft, command.selection, command.proof);
    case 'close':
      return close(draft, bytesToHex(command.id));
  }
};

const onMessage = (draft: Draft, name: string, bytes: Uint8Array): void => {
  const from = draft.indexOf.get(name);
  const message = decodeMessage(bytes);
  if (from === undefined || message === undefined) return;
  const key = bytesToHex(message.data.session);
  if (draft.runs.has(key)) deliver(draft, key, from, message);
};

const deliver = (draft: Draft, key: string, from: number, message: Message): void => {
  const run = touch(draft, key)!;
  switch (message.TAG) {
    case 'ask':
      return serveDealing(draft, run, from);
    case 'dealing':
      return onDealing(draft, run, from, message.data);
    case 'want':
      return serveWanted(draft, run, from, message.data.dealings);
    case 'shares':
      return onShares(draft, run, from, message.data);
    case 'askShares':
      return serveShares(draft, run, from, message.data.digest);
  }
};

const onTimer = (draft: Draft, id: string): void => {
  const [what, key = ''] = id.split('/');
  const run = touch(draft, key);
  if (run === undefined) return;
  if (what === 'ask') return askTimeout(draft, run);
  if (what === 'deal') return dealTimeout(draft, run);
  if (what === 'fetch') return fetchTimeout(draft, run);
  if (what === 'decrypt') return decryptTimeout(draft, run);
};

const onVerified = (draft: Draft, id: string, valid: boolean): void => {
  const waiting = draft.waiting.get(id);
  if (waiting === undefined) return;
  draft.waiting.delete(id);
  if (waiting.for === 'doubt') return valid ? onDoubtSettled(draft, waiting) : undefined;
  const run = touch(draft, waiting.key);
  if (run === undefined) return;
  if (waiting.for === 'dealings') return onDealingsVerified(draft, run, waiting.dealings, valid);
  if (waiting.for === 'shares') return onSharesVerified(draft, run, waiting.servers, valid);
  if (waiting.for === 'blame' && valid) return onBlamed(draft, run, waiting.dealer);
};

const onSigned = (draft: Draft, id: string, answer: Uint8Array): void => {
  const waiting = draft.waiting.get(id);
  if (waiting?.for !== 'deal' && waiting?.for !== 'decrypt') return;
  draft.waiting.delete(id);
  const run = touch(draft, waiting.key);
  if (run === undefined) return;
  if (waiting.for === 'deal') return onDealt(draft, run, answer);
  return onDecrypted(draft, run, answer);
};
