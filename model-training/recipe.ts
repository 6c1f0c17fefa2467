/**
 * Counts the ways in which networks have been trained. Whoever changes what comes of the same options (objective, views,
 * colours, schedule, optimizer, averaging, or a constant of theirs) raises it, so that no interrupted training goes on as
 * a mixture of two that no commit stands for. Which epoch's weights are taken is not of it, as that is decided at the end.
 */
export const RECIPE = 3
