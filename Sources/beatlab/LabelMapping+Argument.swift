public import ArgumentParser
public import Scoring

/// `ec57` or `chazal` on the command line.
extension LabelMapping: ExpressibleByArgument {}
