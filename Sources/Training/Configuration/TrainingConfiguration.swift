import Extraction
public import Inference
public import Scoring

/// Everything that decides a training run.
///
/// Read from YAML with `TrainingConfiguration(file:overrides:)`; keys are written in snake case, and a key that is not here
/// is an error. The resolved configuration is printed and saved beside every checkpoint.
public struct TrainingConfiguration: Sendable, Equatable, Codable {
    /// Architecture: a name of `ModelRegistry`.
    public var architecture = "dual-tiny"
    /// Experts of it to train; empty for all of them.
    public var experts: [String] = []
    /// Sets of records to learn from (`RecordSet`).
    public var records = ["ds1", "svdb-train", "paced"]
    /// Databases of short recordings of which only the rhythm is known (`RhythmRecording`), to learn from beside `records`;
    /// each has a `REFERENCE.csv`.
    public var rhythmRecords: [String] = []
    /// How annotation codes become classes: `chazal` or `ec57`.
    public var mapping = LabelMapping.chazal
    /// Leads that are seen of every record: 2, or 1 for experts on single leads, which see each of its leads alone.
    public var leads = 2
    /// Which of the records to validate on.
    public var validation = Validation()
    /// Beats of one sequence (the reach of the recurrent state in training).
    public var steps = 48
    /// Sequences of one batch.
    public var batch = 16
    /// Passes over the training beats.
    public var epochs = 6
    /// Epochs without a better validation score after which a run ends; 0 runs to the end.
    public var patience = 3
    /// Weight of a label that is spread over all classes, 0 to below 1.
    public var smoothing: Float = 0.02
    /// Exponent of inverse class frequency in the loss: 0 leaves classes as frequent as they are, 0.5 is the square root.
    public var classBalance: Float = 0
    /// Whether networks see the context; without it, to measure its worth, they have the picture and their state alone.
    public var context = true
    /// Random numbers of a run all follow from this.
    public var seed: UInt64 = 1
    /// How weights move.
    public var optimizer = Optimizer()
    /// How trees are grown.
    public var boosting = Boosting()
    /// How beats are varied.
    public var augmentation = Augmentation()
    /// Format of the factors in the networks' products: `float32`, or `bfloat16` where the CPU has AVX512-BF16.
    ///
    /// Weights, sums and gradients are 32-bit floats with either.
    public var precision = Precision.float32
    /// Threads that compute.
    public var threads = 2
    /// Folder of checkpoints, log and model.
    public var output = "runs/default"

    /// The defaults.
    public init() {}

    /// Which records to validate on: patients are never in both parts.
    public struct Validation: Sendable, Equatable, Codable {
        /// Parts that the records are dealt to in order; 0 validates on nothing.
        public var folds = 5
        /// The part to validate on, from 0.
        public var fold = 0
    }

    /// AdamW (Loshchilov & Hutter 2019) with warm-up and a cosine decay to zero.
    public struct Optimizer: Sendable, Equatable, Codable {
        /// Highest learning rate.
        public var learningRate: Float = 2e-3
        /// Decoupled weight decay.
        public var weightDecay: Float = 0.02
        /// Steps from zero to the highest rate.
        public var warmup = 60
        /// Largest norm of a gradient; larger ones are scaled down.
        public var clip: Float = 1
    }

    /// Gradient boosting of the trees expert.
    public struct Boosting: Sendable, Equatable, Codable {
        /// Number of trees.
        public var trees = 300
        /// Questions of a tree.
        public var depth = 6
        /// Share of a leaf's Newton step that is taken.
        public var rate: Float = 0.04
        /// Share of the beats that a tree is grown on.
        public var rows: Float = 0.5
        /// Share of the features that a tree may ask for.
        public var features: Float = 0.3
        /// Borders of a feature, at most 255.
        public var borders = 32
        /// Weight of beats that every node is thought to hold beside its own, with a gradient of 0.
        public var regularization: Float = 5
    }

    /// Shares and strengths of what varies beats; all zero leaves them as they are.
    public struct Augmentation: Sendable, Equatable, Codable {
        /// Share of beats judged as in the provisional stage, without the following RR interval.
        public var provisional: Float = 0.25
        /// Share of sequences that lose one lead.
        public var leadDropout: Float = 0.1
        /// Share of sequences with their leads exchanged.
        public var leadSwap: Float = 0.1
        /// Share of leads (per sequence) turned upside down.
        public var signFlip: Float = 0.1
        /// Share of sequences with noise of nstdb added.
        public var noise: Float = 0.2
        /// Largest root mean square of that noise in template amplitudes.
        public var noiseLevel: Float = 0.1
        /// Largest relative change of a lead's amplitude.
        public var scale: Float = 0.15
        /// Deviation of noise on the scaled context.
        public var contextNoise: Float = 0.1
        /// Rhythms into which the beats of every training record are put as well (`Rearrangement`).
        public var rhythms: [RearrangedRhythm] = []
        /// How breath moves the rate of the sinus node in them.
        public var breath = Breath.even
    }
}

extension TrainingConfiguration {
    /// Refuses values that no run can have.
    func validate() throws(TrainingError) {
        try require("validation.folds", validation.folds, 0, 100)
        try require("validation.fold", validation.fold, 0, max(validation.folds - 1, 0))
        try require("leads", leads, 1, LeadSelection.count)
        try require("steps", steps, 1, 4096)
        try require("batch", batch, 1, 4096)
        try require("epochs", epochs, 1, 10_000)
        try require("patience", patience, 0, 10_000)
        try require("threads", threads, 1, 256)
        try require("smoothing", smoothing, 0, 0.9)
        try require("class_balance", classBalance, 0, 1)
        try require("boosting.trees", boosting.trees, 1, 10_000)
        try require("boosting.depth", boosting.depth, 1, 10)
        try require("boosting.rate", boosting.rate, 1e-4, 1)
        try require("boosting.rows", boosting.rows, 0.01, 1)
        try require("boosting.features", boosting.features, 0.01, 1)
        try require("boosting.borders", boosting.borders, 1, 255)
        try require("boosting.regularization", boosting.regularization, 0.01, 1e6)
        try require("optimizer.learning_rate", optimizer.learningRate, 1e-8, 10)
        try require("optimizer.weight_decay", optimizer.weightDecay, 0, 10)
        try require("optimizer.warmup", optimizer.warmup, 0, 1_000_000)
        try require("optimizer.clip", optimizer.clip, 1e-6, 1e6)
        let shares: [(String, Float)] = [
            ("provisional", augmentation.provisional), ("lead_dropout", augmentation.leadDropout),
            ("lead_swap", augmentation.leadSwap), ("sign_flip", augmentation.signFlip), ("noise", augmentation.noise),
            ("scale", augmentation.scale),
        ]
        for (key, value) in shares { try require("augmentation." + key, value, 0, 1) }
        try require("augmentation.noise_level", augmentation.noiseLevel, 0, 10)
        try require("augmentation.context_noise", augmentation.contextNoise, 0, 10)
        guard !output.isEmpty else {
            throw .setting(key: "output", value: "''", allowed: "a folder, such as runs/trial")
        }
    }

    /// What may be chosen where not every text is allowed, by key.
    static let choices = [
        "mapping": LabelMapping.allCases.map(\.rawValue), "precision": Precision.allCases.map(\.rawValue),
        "augmentation.rhythms": RearrangedRhythm.allCases.map(\.rawValue),
        "augmentation.breath": Breath.allCases.map(\.rawValue),
    ]

    /// Refuses a precision that is not among those `supported`.
    ///
    /// Apart from `validate`, because a configuration may be read where it is not run.
    func requirePrecision(of supported: [Precision] = Precision.supported) throws(TrainingError) {
        guard supported.contains(precision) else {
            throw .setting(
                key: "precision", value: precision.rawValue,
                allowed: supported.map(\.rawValue).joined(separator: ", ") + " on this CPU: it has no AVX512-BF16")
        }
    }

    private func require<Value: Comparable>(
        _ key: String, _ value: Value, _ lowest: Value, _ highest: Value
    ) throws(TrainingError) {
        guard value >= lowest, value <= highest else {
            throw .setting(key: key, value: "\(value)", allowed: "\(lowest) to \(highest)")
        }
    }
}
