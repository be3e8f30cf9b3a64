import { builtin, callableOf } from './arguments.js';
import { toItems } from './iterating.js';
import { regexModule } from './regex-module.js';
import { checkZone, momentOf, readMoment, spanMicros, temporalValue, utcZone } from './temporal.js';
import { partsOf } from './temporal-text.js';
import { TemplateProblem } from './template-problem.js';
import { iteratorOf, none, objectOf, tupleOf, type ObjectValue, type Value } from './values.js';

const day = 86_400_000_000n;

function fail(message: string): never {
  throw new TemplateProblem('template-error', message);
}

/** Returns the microseconds since 1970 of an instant in UTC, `2026-01-31T12:00:00.000Z`. */
export function instantMicros(startedAt: string): bigint {
  const [date = '', time = ''] = startedAt.replace('Z', '').split('T');
  const [clock = '', fraction = ''] = time.split('.');
  const moment = readMoment(
    `${date} ${clock}.${fraction.slice(0, 6).padEnd(6, '0')}`,
    '%Y-%m-%d %H:%M:%S.%f',
  );
  return moment.temporal?.micros ?? 0n;
}

function module(name: string, members: Iterable<readonly [string, Value]>): ObjectValue {
  return objectOf(`module '${name}'`, null, new Map(members));
}

function datetimeModule(started: bigint | undefined): ObjectValue {
  const now = (): bigint => {
    if (started !== undefined) return started;
    throw new TemplateProblem('template-unsupported', 'the time is not known here', {
      hint: 'templates of models, tests and macros know when the run started',
    });
  };
  const moment = (micros: bigint, utc: boolean): Value =>
    temporalValue({ type: 'datetime', micros, utc });
  const date = (micros: bigint): Value =>
    temporalValue({ type: 'date', micros: micros - (((micros % day) + day) % day), utc: false });
  const nowFunction = callableOf(
    'datetime.now',
    builtin('tz?', (args) => moment(now(), checkZone(args.value('tz')))),
  );
  const naiveNow = callableOf(
    'datetime.utcnow',
    builtin('', () => moment(now(), false)),
  );
  const parse = (text: string): ObjectValue => {
    const found =
      /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{3}|\d{6}))?)?(Z|[-+]00:?00)?)?$/.exec(
        text,
      );
    if (!found) return fail(`'${text}' is not a date in ISO format`);
    const [, on = '', at = '00:00', seconds = '00', fraction = '0', zone] = found;
    const value = readMoment(`${on} ${at}:${seconds}.${fraction}`, '%Y-%m-%d %H:%M:%S.%f');
    return temporalValue({
      type: 'datetime',
      micros: value.temporal?.micros ?? 0n,
      utc: zone !== undefined,
    });
  };
  const datetime = callableOf(
    'datetime',
    builtin('year month day hour? minute? second? microsecond? tzinfo?', (args) =>
      momentOf(
        'datetime',
        {
          year: args.integer('year'),
          month: args.integer('month'),
          day: args.integer('day'),
          hour: args.integer('hour', 0),
          minute: args.integer('minute', 0),
          second: args.integer('second', 0),
          microsecond: args.integer('microsecond', 0),
        },
        checkZone(args.value('tzinfo')),
      ),
    ),
    new Map<string, Value>([
      ['now', nowFunction],
      ['today', naiveNow],
      ['utcnow', naiveNow],
      [
        'strptime',
        callableOf(
          'datetime.strptime',
          builtin('date_string format', (args) =>
            readMoment(args.text('date_string'), args.text('format')),
          ),
        ),
      ],
      [
        'fromisoformat',
        callableOf(
          'datetime.fromisoformat',
          builtin('date_string', (args) => parse(args.text('date_string'))),
        ),
      ],
      [
        'combine',
        callableOf(
          'datetime.combine',
          builtin('date', () => {
            throw new TemplateProblem(
              'template-unsupported',
              'datetime.combine() is not supported',
              {
                hint: 'datetime.datetime(year, month, day, hour, …)',
              },
            );
          }),
        ),
      ],
    ]),
  );
  const dateFunction = callableOf(
    'date',
    builtin('year month day', (args) =>
      momentOf(
        'date',
        {
          ...partsOf(0n),
          year: args.integer('year'),
          month: args.integer('month'),
          day: args.integer('day'),
        },
        false,
      ),
    ),
    new Map<string, Value>([
      [
        'today',
        callableOf(
          'date.today',
          builtin('', () => date(now())),
        ),
      ],
      [
        'fromisoformat',
        callableOf(
          'date.fromisoformat',
          builtin('date_string', (args) =>
            date(parse(args.text('date_string')).temporal?.micros ?? 0n),
          ),
        ),
      ],
    ]),
  );
  const names = ['days', 'seconds', 'microseconds', 'milliseconds', 'minutes', 'hours', 'weeks'];
  const timedelta = callableOf(
    'timedelta',
    builtin(names.map((name) => `${name}?`).join(' '), (args) => {
      const given = new Map<string, Value>();
      for (const name of names) {
        const value = args.optional(name);
        if (value !== undefined) given.set(name, value);
      }
      return temporalValue({ type: 'timedelta', micros: spanMicros(given), utc: false });
    }),
  );
  return module('datetime', [
    ['datetime', datetime],
    ['date', dateFunction],
    ['timedelta', timedelta],
    ['timezone', module('timezone', [['utc', utcZone]])],
  ]);
}

const pytz = module('pytz', [
  ['utc', utcZone],
  ['UTC', utcZone],
  [
    'timezone',
    callableOf(
      'pytz.timezone',
      builtin('zone', (args) => {
        if (['UTC', 'Etc/UTC'].includes(args.text('zone'))) return utcZone;
        throw new TemplateProblem(
          'template-unsupported',
          `the zone '${args.text('zone')}' is not supported`,
          {
            hint: "only UTC is known here; convert in SQL: at_timezone(…, 'Europe/Oslo')",
          },
        );
      }),
    ),
  ],
]);

const itertools = module('itertools', [
  [
    'chain',
    callableOf(
      'itertools.chain',
      builtin('*', ({ rest }, run) => {
        const items = rest.flatMap((each) => [...toItems(each, run)]);
        run.budget.allocateItems(items.length);
        return iteratorOf(items);
      }),
    ),
  ],
  [
    'product',
    callableOf(
      'itertools.product',
      builtin('*', ({ rest }, run) => {
        const pools = rest.map((each) => toItems(each, run));
        run.budget.allocateItems(pools.reduce((size, pool) => size * pool.length, rest.length));
        const rows = pools.reduce<Value[][]>(
          (all, pool) => all.flatMap((row) => pool.map((item) => [...row, item])),
          [[]],
        );
        return iteratorOf(rows.map(tupleOf));
      }),
    ),
  ],
  [
    'zip_longest',
    callableOf(
      'itertools.zip_longest',
      builtin('* **', ({ rest, named }, run) => {
        const pools = rest.map((each) => toItems(each, run));
        const length = Math.max(0, ...pools.map((pool) => pool.length));
        run.budget.allocateItems(length * pools.length);
        const fill = named.get('fillvalue') ?? none;
        return iteratorOf(
          Array.from({ length }, (_, at) => tupleOf(pools.map((pool) => pool[at] ?? fill))),
        );
      }),
    ),
  ],
  [
    'combinations',
    callableOf(
      'itertools.combinations',
      builtin('iterable r', (args, run) =>
        iteratorOf(
          choose(toItems(args.value('iterable'), run), args.integer('r'), () =>
            run.budget.turn(),
          ).map(tupleOf),
        ),
      ),
    ),
  ],
  [
    'islice',
    callableOf(
      'itertools.islice',
      builtin('iterable stop', (args, run) =>
        iteratorOf(
          toItems(args.value('iterable'), run).slice(0, Math.max(0, args.integer('stop'))),
        ),
      ),
    ),
  ],
]);

function choose(items: readonly Value[], count: number, onStep: () => void): Value[][] {
  if (count < 0) return fail('combinations() expects a length of at least 0');
  if (count === 0) return [[]];
  return items.flatMap((item, at) => {
    onStep();
    return choose(items.slice(at + 1), count - 1, onStep).map((rest) => [item, ...rest]);
  });
}

/** Returns dbt's `modules`, as far as they are pure. `started` is the time of `now()` and `today()`: when the run began. */
export function modulesObject(started: bigint | undefined): ObjectValue {
  const members = new Map<string, Value>([
    ['datetime', datetimeModule(started)],
    ['pytz', pytz],
    ['re', regexModule],
    ['itertools', itertools],
  ]);
  return {
    ...objectOf('modules', null, members),
    member(name) {
      const value = members.get(name);
      if (
        value !== undefined ||
        !/^[a-z]+$/.test(name) ||
        name === 'constructor' ||
        name === 'prototype'
      )
        return value;
      throw new TemplateProblem('template-unsupported', `the module '${name}' is not supported`, {
        hint: 'there are datetime, pytz, re and itertools',
      });
    },
  };
}
