import type { Interval } from '../interval'
import type { LossChange } from './temperature'
import type { ReliabilityBin } from './calibration'
import type { FailedPhoto } from './judged-photo'
import type { MedianInterval } from './median-interval'
import type { Confusion, LabelQuality } from './metrics'
import type { PairedInterval } from './paired-interval'

/** Which photos of the data are evaluated. */
export type EvaluatedSplit = 'train' | 'val' | 'test' | 'all'

/** Accuracy of some photos. */
export interface Share {
  readonly photos: number
  readonly accuracy: Interval
}

/** Some photos that have something in common. */
export interface Part extends Share {
  /** Mean recall of the labels that occur. */
  readonly balancedAccuracy: number
  readonly photosPerLabel: Readonly<Record<string, number>>
}

/** Photos of the tiers that may be used openly, label by label. */
export interface OpenTiers extends Part {
  readonly tiers: readonly string[]
  /** Null where no photo of the label is of these tiers. */
  readonly perLabel: Readonly<Record<string, Share | null>>
}

/** What temperature scaling comes to, or why it was not tried. */
export type TemperatureScaling =
  | { readonly state: 'skipped'; readonly reason: string }
  | {
      readonly state: 'fitted'
      readonly temperature: number
      /** Photos of the validation part it was fitted to. */
      readonly validationPhotos: number
      /** Photos of the test part it was tried on. */
      readonly photos: number
      readonly before: { readonly loss: number; readonly ece: number }
      readonly after: { readonly loss: number; readonly ece: number }
      readonly lossChange: LossChange
      /** By the interval of the change of loss. */
      readonly verdict: 'helps' | 'harms' | 'undecided'
    }

/** How sure the model is, against how often it is right. */
export interface Calibration {
  /** Expected calibration error over the bins. */
  readonly ece: number
  readonly bins: readonly ReliabilityBin[]
  readonly temperatureScaling: TemperatureScaling
}

/** The same photos changed before they were served, against themselves unchanged, by one engine and decoder. */
export interface RobustnessRow extends Share {
  readonly variant: string
  readonly engine: string
  readonly decoder: string
  /** Photos that could not be changed or decoded after it. */
  readonly failed: number
  /** Accuracy of the changed less accuracy of the unchanged, in points. */
  readonly differencePoints: PairedInterval
  /** Share of photos whose predicted label stays. */
  readonly sameLabel: number
  /** Mean and maximum over the photos of the largest change of a probability. */
  readonly meanDifference: number
  readonly largestDifference: number
}

/** What changed photos come to, or why none were. */
export type Robustness =
  | { readonly state: 'skipped'; readonly reason: string }
  | {
      readonly state: 'measured'
      readonly variants: Readonly<Record<string, string>>
      readonly rows: readonly RobustnessRow[]
    }

/** One engine on what one decoder makes of the photos, against the reference pair. */
export interface PairEvaluation extends Share {
  readonly engine: string
  readonly decoder: string
  /** Photos that this decoder could not decode, though the reference could. */
  readonly failed: number
  readonly sameLabel: number
  /** Largest difference of a probability to the reference's. */
  readonly largestDifference: number
}

/** One engine. CPU times are ms of one photo, null where they were not measured. */
export interface EngineEvaluation {
  readonly version: string
  /** On what the reference decoder makes of the photos. */
  readonly accuracy: Interval
  /** Batch of one. */
  readonly predictCpuMs: number | null
  /** Of the reference decoder: decoding is no engine's work. */
  readonly decodeCpuMs: number | null
  readonly predictCpu: { readonly batch1: MedianInterval; readonly batch8: MedianInterval } | null
}

/** One decoder. */
export interface DecoderEvaluation {
  readonly version: string
  /** By the reference engine. */
  readonly accuracy: Interval
  readonly decodeCpuMs: number | null
  readonly decodeCpu: MedianInterval | null
}

/** An engine or decoder that did not load. */
export interface Unavailable {
  readonly kind: 'engine' | 'decoder'
  readonly name: string
  readonly reason: string
}

/** A photo that the model takes for something else. */
export interface Mistake {
  readonly file: string
  readonly label: string
  readonly predicted: string
  /** Of the predicted label. */
  readonly probability: number
  /** Of the true one. */
  readonly labelProbability: number
}

/** What `evaluation.json` holds; evaluation.schema.json says the same. Shares are 0..1, losses in nats. */
export interface ModelEvaluation {
  readonly version: 1
  readonly model: {
    readonly name: string
    readonly sha256: string
    readonly labels: readonly string[]
  }
  readonly data: {
    readonly split: EvaluatedSplit
    /** Who says which photo is in which part. */
    readonly splitFrom: 'data' | 'seed' | 'none'
    readonly seed: number
    /** The seed drew so many of each label before it made the parts, as in training; null if it took all. */
    readonly photosPerLabel: number | null
    /** Photos that are not in any part, by reason. */
    readonly unused: Readonly<Record<string, number>>
  }
  readonly warnings: readonly string[]
  readonly photos: number
  /** Photos of the part that could not be read or decoded. */
  readonly failed: readonly FailedPhoto[]
  /** All figures but those of `engines`, `decoders`, `pairs` and `robustness` are this pair's. */
  readonly reference: { readonly engine: string; readonly decoder: string }
  readonly accuracy: Interval
  readonly loss: number
  readonly balancedAccuracy: number
  readonly perLabel: Readonly<Record<string, LabelQuality>>
  readonly confusion: Confusion
  /** Photos of a (label, source) that training has not; null where there are none. */
  readonly heldoutSources: Part | null
  /** Photos of a source that training has no photo at all of; null where there are none. */
  readonly unseenSources: Part | null
  readonly perSource: Readonly<Record<string, Share>>
  readonly perLabelAndSource: readonly (Share & {
    readonly label: string
    readonly source: string
  })[]
  readonly perTier: Readonly<Record<string, Part>>
  /** Null where no photo is of tier A or B. */
  readonly openTiers: OpenTiers | null
  readonly calibration: Calibration
  readonly robustness: Robustness
  readonly engines: Readonly<Record<string, EngineEvaluation>>
  readonly decoders: Readonly<Record<string, DecoderEvaluation>>
  readonly pairs: readonly PairEvaluation[]
  readonly unavailable: readonly Unavailable[]
  /** The likeliest of the wrong predictions, worst first. */
  readonly mistakes: readonly Mistake[]
  readonly environment: {
    /** Whose code evaluated, or `uncommitted`. */
    readonly commit: string
    readonly node: string
    readonly platform: string
    readonly cpu: string
    readonly cpus: number
  }
}
