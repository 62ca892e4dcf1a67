public import ArgumentParser
public import Scoring
public import Training

/// `ec57` or `chazal` on the command line.
extension LabelMapping: ExpressibleByArgument {}

/// `learned`, `attention` or `feature` on the command line.
extension LearnedFusion.Kind: ExpressibleByArgument {}
