import { NETWORK_NAMES } from './networks/catalogue'

/** What `npm run train -- --help` prints. */
export const USAGE = `Trains a five-label photo network and writes a model's folder.

  npm run train -- --data DIR [options]

  --data DIR           labelled photos, as a folder for each of food, drink, menu, inside and outside;
                       as any folders with a manifest.csv (file, label, split, licence_tier ...);
                       or as the Yelp Open Dataset: a folder with photos.json beside photos/ or the
                       tar of photos, or that tar itself. A manifest decides the split, else the seed
                       does, with each of Yelp's businesses on one side of it
  --dry-run            only print which photos would be used and which not; write nothing
  --photos-per-label N take a sample of at most N photos of each label, 10 to 1000000 (all)
  --unlabelled DIR     photos without labels to learn from as well, with or without a manifest.csv
                       (file, source_repo, licence_tier)
  --network NAME       ${NETWORK_NAMES.join(' or ')} (photo-net)
  --teacher DIR        a backbone to learn from: a folder with a trained TensorFlow.js layers model,
                       whose features and opinion of every photo the network learns to give
  --backbone DIR       put a new head on such a backbone in place of training a network; --network, --size,
                       --epochs, --patience, --unlabelled and --resume have no place beside it
  --views N            views of each photo that a backbone sees, 1 to 64 (8); they are kept in .cache
  --name NAME          name of the model (that of the network, or of the backbone's folder)
  --out DIR            folder to write (inference/models/NAME)
  --epochs N           passes over all photos to learn from, 1 to 10000 (60)
  --patience N         end after N epochs without a lower validation loss, with the weights of the lowest
                       (all epochs, with the weights of the last)
  --seed N             decides first weights, order and augmentation, 0 to 2000000 (1)
  --size N             width and height of the input in pixels, 32 to 512 (the network's)
  --engine NAME        tensorflow (tfjs-node), wasm (several times slower) or auto (auto)
  --leave-one-source-out
                       train once without each source of the manifest, test on its photos, and write
                       leave-one-source-out.json in place of a model (runs/NAME-sources); a teacher is
                       then shown no two photos in one, as one of them could be of that source
  --licence-tiers LIST tiers of the manifests to learn from (A,B,D); C is never learnt from
  --licence SPDX       under which licence the model is, for its card (not told)
  --resume             go on where an interrupted training of that name stopped
  --replace            what is in the folder to write already, a model or leave-one-source-out.json, gives way
  --help               print this

Decoded photos, a backbone's features and a checkpoint after each epoch are kept in .cache, which may be
removed at any time. Progress goes to stderr. A model's folder is written as a whole or not at all.
Exit status: 0 trained, 64 wrong arguments, 65 unusable data, 69 no engine that can train, or no decoder,
70 a training that diverged (its loss is no number, no model is written), 73 a folder that cannot be
written or holds something else, or no room to keep decoded photos, features or a checkpoint, 1 anything
else.
`
