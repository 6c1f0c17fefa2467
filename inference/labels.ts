/** The five labels of Yelp's business photos, in the order the networks are trained with. */
export const LABELS = ['food', 'drink', 'menu', 'inside', 'outside'] as const
