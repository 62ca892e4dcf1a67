// What flags can be made of.
public import Acquisition
public import ArgumentParser
public import Logging
public import Publication
public import Session

extension SessionConfiguration.Emission: ExpressibleByArgument {}
extension SampleEncoding: ExpressibleByArgument {}
extension OverrunPolicy: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
extension Timestamp: ExpressibleByArgument {
    /// Reads the flag's value.
    public init?(argument: String) { self.init(argument) }
}
extension ReplaySpeed: ExpressibleByArgument {
    /// Reads the flag's value.
    public init?(argument: String) { self.init(argument) }
}
