import { macro, type FunctionRule } from './rule.js';

/*
 * Trino computes with Apache Commons Math 3: the error function by the regularized gamma function of 1/2, a series below 3/2 and a
 * continued fraction above, each up to a relative step of 1e-15; its inverse by the polynomials of M. Giles, "Approximating the
 * erfinv function" (GPU Computing Gems 2, 2010). The same steps are taken here, because `1 + erf(x)` shows the last digit of each.
 */

const number = (value: string): string => `CAST(${value} AS DOUBLE)`;
const nan = number("'NaN'");

/** ln(sqrt(pi)). */
const logGammaHalf = '5.723649429247001e-1';

/** More steps than either takes: near 3/2 the fraction needs about 60, the series 30. */
const mostSteps = 200;

/** The coefficients of Giles, highest power first: of `w - 3.125`, of `sqrt(w) - 3.25` and of `sqrt(w) - 5`. */
const central = `-3.6444120640178196996e-21, -1.685059138182016589e-19, 1.2858480715256400167e-18, 1.115787767802518096e-17,
  -1.333171662854620906e-16, 2.0972767875968561637e-17, 6.6376381343583238325e-15, -4.0545662729752068639e-14,
  -8.1519341976054721522e-14, 2.6335093153082322977e-12, -1.2975133253453532498e-11, -5.4154120542946279317e-11,
  1.051212273321532285e-9, -4.1126339803469836976e-9, -2.9070369957882005086e-8, 4.2347877827932403518e-7,
  -1.3654692000834678645e-6, -1.3882523362786468719e-5, 1.867342080340571352e-4, -7.4070253416626697512e-4,
  -6.0336708714301490533e-3, 2.4015818242558961693e-1, 1.6536545626831027356e0`;
const outer = `2.2137376921775787049e-9, 9.0756561938885390979e-8, -2.7517406297064545428e-7, 1.8239629214389227755e-8,
  1.5027403968909827627e-6, -4.013867526981545969e-6, 2.9234449089955446044e-6, 1.2475304481671778723e-5,
  -4.7318229009055733981e-5, 6.8284851459573175448e-5, 2.4031110387097893999e-5, -3.550375203628474796e-4,
  9.5328937973738049703e-4, -1.6882755560235047313e-3, 2.4914420961078508066e-3, -3.7512085075692412107e-3,
  5.370914553590063617e-3, 1.0052589676941592334e0, 3.0838856104922207635e0`;
const farthest = `-2.7109920616438573243e-11, -2.5556418169965252055e-10, 1.5076572693500548083e-9, -3.7894654401267369937e-9,
  7.6157012080783393804e-9, -1.4960026627149240478e-8, 2.9147953450901080826e-8, -6.7711997758452339498e-8,
  2.2900482228026654717e-7, -9.9298272942317002539e-7, 4.5260625972231537039e-6, -1.9681778105531670567e-5,
  7.5995277030017761139e-5, -2.1503011930044477347e-4, -1.3871931833623122026e-4, 1.0103004648645343977e0,
  4.8499064014085844221e0`;

const polynomial = (coefficients: string, variable: string): string =>
  `list_reduce([${coefficients}], lambda stedi_sum, stedi_coefficient: stedi_coefficient + stedi_sum * ${variable})`;

/** The functions of the normal distribution. */
export const normalRules: Readonly<Record<string, FunctionRule>> = {
  normal_cdf: macro(
    `(mean, deviation, x) AS CASE WHEN mean IS NULL OR deviation IS NULL OR x IS NULL THEN NULL
      WHEN NOT deviation > 0 OR isnan(deviation) THEN stedi_trino.fail('standardDeviation must be > 0', ${number('0')})
      ELSE 5e-1 * (1e0 + stedi_trino.erf((x - mean) / (deviation * sqrt(2e0)))) END`,
  ),
  inverse_normal_cdf: macro(
    `(mean, deviation, p) AS CASE WHEN mean IS NULL OR deviation IS NULL OR p IS NULL THEN NULL
      WHEN NOT (p > 0 AND p < 1) THEN stedi_trino.fail('p must be 0 > p > 1', ${number('0')})
      WHEN NOT deviation > 0 OR isnan(deviation) THEN stedi_trino.fail('sd must be > 0', ${number('0')})
      ELSE mean + deviation * 1.4142135623730951e0 * stedi_trino.erf_inverse(2e0 * p - 1e0) END`,
  ),
};

/** Macros that the functions of the normal distribution call. */
export const normalMacros: Readonly<Record<string, readonly string[]>> = {
  erf: [
    `(x) AS list_transform([row(x, x * x)], lambda stedi_x: CASE WHEN isnan(stedi_x[1]) THEN ${nan}
      WHEN abs(stedi_x[1]) > 40 THEN sign(stedi_x[1]) WHEN stedi_x[2] = 0 THEN ${number('0')}
      ELSE sign(stedi_x[1]) * CASE WHEN stedi_x[2] < 15e-1
        THEN stedi_trino.gamma_factor(stedi_x[2]) * stedi_trino.gamma_series(stedi_x[2])
        ELSE 1e0 - stedi_trino.gamma_factor(stedi_x[2]) * (1e0 / stedi_trino.gamma_fraction(stedi_x[2])) END END)[1]`,
  ],
  gamma_factor: [`(x) AS exp(-x + 5e-1 * ln(x) - ${logGammaHalf})`],
  gamma_series: [
    `(x) AS list_reduce([{'n': 0e0, 'term': 2e0, 'total': 2e0}] || list_transform(range(1, ${mostSteps}),
        lambda stedi_step: {'n': CAST(stedi_step AS DOUBLE), 'term': 0e0, 'total': 0e0}),
      lambda stedi_state, stedi_next: CASE WHEN abs(stedi_state.term / stedi_state.total) <= 1e-15 THEN stedi_state
        ELSE {'n': 0e0, 'term': stedi_state.term * (x / (5e-1 + stedi_next.n)),
          'total': stedi_state.total + stedi_state.term * (x / (5e-1 + stedi_next.n))} END).total`,
  ],
  // By the algorithm of Lentz: of the sum and of its inverse, until the last quotient is one.
  gamma_fraction: [
    `(x) AS list_reduce([{'n': 0e0, 'c': 5e-1 + x, 'd': 0e0, 'quotient': 0e0, 'total': 5e-1 + x}] || list_transform(range(1, ${mostSteps}),
        lambda stedi_step: {'n': CAST(stedi_step AS DOUBLE), 'c': 0e0, 'd': 0e0, 'quotient': 0e0, 'total': 0e0}),
      lambda stedi_state, stedi_next: CASE WHEN abs(stedi_state.quotient - 1e0) < 1e-15 THEN stedi_state
        ELSE list_transform([row((2e0 * stedi_next.n + 1e0) - 5e-1 + x, stedi_next.n * (5e-1 - stedi_next.n))], lambda stedi_ab:
          list_transform([row(1e0 / (stedi_ab[1] + stedi_ab[2] * stedi_state.d), stedi_ab[1] + stedi_ab[2] / stedi_state.c)],
            lambda stedi_dc: {'n': 0e0, 'c': stedi_dc[2], 'd': stedi_dc[1], 'quotient': stedi_dc[2] * stedi_dc[1],
              'total': stedi_state.total * (stedi_dc[2] * stedi_dc[1])})[1])[1] END).total`,
  ],
  erf_inverse: [
    `(x) AS list_transform([row(x, CASE WHEN (1e0 - x) * (1e0 + x) > 0 THEN -ln((1e0 - x) * (1e0 + x))
        ELSE ${number("'Infinity'")} END)], lambda stedi_w: stedi_w[1] * CASE
      WHEN stedi_w[2] < 625e-2 THEN ${polynomial(central, '(stedi_w[2] - 3125e-3)')}
      WHEN stedi_w[2] < 16 THEN ${polynomial(outer, '(sqrt(stedi_w[2]) - 325e-2)')}
      WHEN NOT isinf(stedi_w[2]) THEN ${polynomial(farthest, '(sqrt(stedi_w[2]) - 5e0)')}
      ELSE stedi_w[2] END)[1]`,
  ],
};
