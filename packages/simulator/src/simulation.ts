import { corrupt } from './byzantine/corrupt.ts';
import type { Machine } from './contract.ts';
import { demand, SimulationError, type SimulationErrorCode } from './error.ts';
import { byzantineNodes, type CrashFault, type Fault } from './fault.ts';
import { fingerprintBytes } from './fingerprint.ts';
import { createHost, type Envelope, type Host, type HostLatencies } from './host.ts';
import { createNetwork } from './network.ts';
import { checkOptions, type SimulationApi, type SimulationOptions } from './options.ts';
import type { Report } from './report.ts';
import { createRng } from './rng.ts';
import { createScheduler } from './scheduler.ts';
import { createTrace } from './trace.ts';
import type { OutputRecord, Property, World } from './world.ts';

/** A run that can be watched event by event. */
export interface Simulation<State, Command, Output> {
  readonly world: World<State, Output>;
  readonly api: SimulationApi<State, Command, Output>;
  /** Executes the next event and checks the invariants; false at the end. Throws `SimulationError`. */
  step(): boolean;
  /** Steps to the end and checks the goals. Throws `SimulationError` at the first violation. */
  run(): Report;
  /** What there is to report so far. */
  report(): Report;
}

const DEFAULT_LATENCY: HostLatencies = {
  persist: { type: 'exponential', low: 1, mean: 1, high: 500 },
  verify: { type: 'uniform', low: 1, high: 3 },
  sign: { type: 'uniform', low: 1, high: 3 },
  random: { type: 'fixed', ms: 0 },
};

/** Runs to the end; a violation is a report with `ok` false. Throws `SimulationError` `bad-argument` only. */
export const simulate = <State, Command, Output, Statement, Message>(
  options: SimulationOptions<State, Command, Output, Statement, Message>,
): Report => {
  const simulation = createSimulation(options);
  try {
    return simulation.run();
  } catch (error) {
    if (!(error instanceof SimulationError) || error.facts.property === undefined) throw error;
    return simulation.report();
  }
};

/** Sets a run up at virtual time 0, before its first event. Throws `SimulationError` `bad-argument`. */
export const createSimulation = <State, Command, Output, Statement, Message>(
  options: SimulationOptions<State, Command, Output, Statement, Message>,
): Simulation<State, Command, Output> => {
  checkOptions(options);
  const { seed, nodes, faults = [], behaviours = {}, services = {}, invariants = [], describe = {} } = options;
  const latency: HostLatencies = { ...DEFAULT_LATENCY, ...options.latency };
  const rng = createRng(seed);
  const scheduler = createScheduler();
  const trace = createTrace(options.tail ?? 40, options.sink);
  const network = createNetwork<Envelope>({
    latency: { type: 'uniform', low: 1, high: 50 },
    ...options.network,
    scheduler,
    rng: rng.fork('network'),
  });
  const faulty = byzantineNodes(faults, nodes);
  const outputs: OutputRecord<Output>[] = [];
  const honestOutputs: OutputRecord<Output>[] = [];
  const board = new Map<string, unknown>();
  const hosts = new Map<string, Host<State, Command, Output>>();
  const figures: Record<string, number> = {
    steps: 0,
    outputs: 0,
    persisted: 0,
    verified: 0,
    signed: 0,
    crashes: 0,
  };
  let events = 0;
  let violation: string | undefined;

  const fail = (code: SimulationErrorCode, property: string, what: string, node?: string, cause?: unknown): never => {
    violation = `${property}: ${what}`;
    const where = { property, seed, event: events, time: scheduler.now(), ...(node === undefined ? {} : { node }) };
    const facts = { ...where, tail: trace.tail(), replay: JSON.stringify({ seed, faults }) };
    throw new SimulationError(code, violation, facts, cause);
  };

  const host = (name: string): Host<State, Command, Output> => {
    const found = hosts.get(name);
    demand(found !== undefined, `no node is called ${name}`);
    return found;
  };

  const log = (what: string): void => trace.add(`${scheduler.now()} - ${what}`);

  const sign = (node: string, kind: string, message: Message): Uint8Array => {
    demand(services.sign !== undefined, 'the scenario gives no service to sign');
    return services.sign(node, kind, message);
  };

  const others = (node: string): string[] => nodes.filter((other) => other !== node);

  const machineOf = (node: string): Machine<State, Command, Output, Statement, Message> =>
    corrupt(options.machine(node) as Machine, faults, behaviours, {
      self: node,
      peers: others(node),
      accomplices: faulty.filter((other) => other !== node),
      rng: rng.fork(`adversary ${node}`),
      board,
      now: scheduler.now,
      sign: (as, kind, message) => sign(as, kind, message as Message),
      send: (to, bytes, delayMs) =>
        host(node).later(delayMs, () => network.send(node, to, { bytes, print: fingerprintBytes(bytes) })),
    }) as Machine<State, Command, Output, Statement, Message>;

  const skewOf = (node: string): number =>
    faults.reduce((ppm, fault) => (fault.type === 'skew' && fault.node === node ? fault.ppm : ppm), 0);

  const addHost = (node: string): void => {
    const isFaulty = faulty.includes(node);
    const made = createHost<State, Command, Output, Statement, Message>(node, isFaulty, machineOf(node), {
      scheduler,
      trace,
      latency,
      rng: rng.fork(`host ${node}`),
      peers: others(node),
      skewPpm: skewOf(node),
      transmit: (to, envelope) => network.send(node, to, envelope),
      verify: (statement) => {
        demand(services.verify !== undefined, 'the scenario gives no service to verify');
        return services.verify(statement, node);
      },
      sign: (kind, message) => sign(node, kind, message),
      output: (value) => {
        const record = { time: scheduler.now(), node, incarnation: made.view.incarnation, value };
        outputs.push(record);
        if (!isFaulty) honestOutputs.push(record);
        options.onOutput?.(node, value, api);
      },
      describe: (kind, value) => {
        const say = describe[kind] as ((value: unknown) => string) | undefined;
        return say && (() => say(value));
      },
      count: (figure) => {
        figures[figure]!++;
      },
      fail: (code, what, cause) => fail(code, code, what, node, cause),
    });
    hosts.set(node, made);
    network.attach(node, made.message);
  };

  const start = (node: string): void => {
    if (host(node).view.alive) return;
    host(node).start();
    options.onStart?.(node, api);
  };

  const crash = ({ node, downMs, effects = 0, kept = false }: CrashFault): void => {
    if (!host(node).view.alive) return;
    let struck = false;
    const strike = (): void => {
      struck = true;
      host(node).crash(kept);
    };
    const disarm = effects > 0 ? host(node).afterEffects(effects, strike) : undefined;
    if (effects === 0) strike();
    if (downMs === undefined) return;
    scheduler.setTimeout(() => {
      if (struck) start(node);
      else disarm?.();
    }, downMs);
  };

  const schedule = (fault: Fault): void => {
    if (fault.type === 'crash') scheduler.at(fault.at, () => crash(fault));
    else if (fault.type === 'partition' || fault.type === 'link')
      scheduler.at(fault.at, () => {
        log(`${fault.type} begins`);
        const lift = fault.type === 'partition' ? network.partition(fault.groups) : network.apply(fault);
        if (fault.until === undefined) return;
        scheduler.at(fault.until, () => {
          log(`${fault.type} ends`);
          lift();
        });
      });
  };

  for (const node of nodes) addHost(node);
  const views = [...hosts.values()].map(({ view }) => view);
  const world: World<State, Output> = {
    seed,
    now: scheduler.now,
    events: () => events,
    nodes: views,
    honest: views.filter((view) => !view.faulty),
    node: (name) => host(name).view,
    outputs,
    honestOutputs,
    network: network.figures,
  };
  const api: SimulationApi<State, Command, Output> = {
    now: scheduler.now,
    rng: rng.fork('scenario'),
    world,
    network,
    command: (node, value, delayMs = 0) => {
      const to = host(node);
      to.later(delayMs, () => to.command(value));
    },
    at: (time, action) => {
      scheduler.at(time, () => {
        log('scenario');
        action();
      });
    },
    crash: (node, kept = false) => host(node).crash(kept),
    restart: start,
  };
  for (const node of nodes) scheduler.at(0, () => start(node));
  for (const fault of faults) schedule(fault);
  options.begin?.(api);

  const check = (code: 'invariant' | 'goal', property: Property<State, Output>): void => {
    let wrong: string | undefined;
    try {
      wrong = property.check(world);
    } catch (cause) {
      if (cause instanceof SimulationError) throw cause;
      fail(code, property.name, String(cause), undefined, cause);
    }
    if (wrong !== undefined) fail(code, property.name, wrong);
  };

  let ended = false;
  const maxEvents = options.maxEvents ?? 10_000_000;
  const step = (): boolean => {
    const due = scheduler.next();
    if (ended || due === undefined || due > options.until) return false;
    events++;
    if (events > maxEvents) fail('event-limit', 'event-limit', `more than ${maxEvents} events by ${due} ms`);
    scheduler.step();
    for (const invariant of invariants) check('invariant', invariant);
    ended = options.done?.(world) === true;
    return true;
  };

  const report = (): Report => ({
    seed,
    ok: violation === undefined,
    ...(violation === undefined ? {} : { violation }),
    trace: trace.hash(),
    events,
    virtualMs: scheduler.now(),
    figures: { ...figures, ...network.figures, ...options.figures?.(world) },
  });

  return {
    world,
    api,
    step,
    report,
    run: () => {
      while (step());
      for (const goal of options.goals ?? []) check('goal', goal);
      return report();
    },
  };
};
