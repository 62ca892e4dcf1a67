import Foundation

/// The heart's electrical dipole in Frank's axes, in mV.
public struct Dipole: Sendable, Equatable, Codable {
    /// Towards the left arm.
    public var x: Double
    /// Towards the feet.
    public var y: Double
    /// Towards the back.
    public var z: Double

    /// Makes a dipole.
    public init(_ x: Double, _ y: Double, _ z: Double) {
        self.x = x
        self.y = y
        self.z = z
    }

    static let zero = Dipole(0, 0, 0)

    static func + (a: Dipole, b: Dipole) -> Dipole { Dipole(a.x + b.x, a.y + b.y, a.z + b.z) }
    static func - (a: Dipole, b: Dipole) -> Dipole { Dipole(a.x - b.x, a.y - b.y, a.z - b.z) }
    static func * (factor: Double, a: Dipole) -> Dipole { Dipole(factor * a.x, factor * a.y, factor * a.z) }

    /// The sum of products, component by component.
    func dot(_ other: Dipole) -> Double { x * other.x + y * other.y + z * other.z }

    /// The dipole of a heart that lies turned about Z (electrical axis) and then about Y (rotation), in radians.
    func turned(axis: Double, rotation: Double) -> Dipole {
        let (sa, ca) = (sin(axis), cos(axis))
        let (x1, y1) = (ca * x - sa * y, sa * x + ca * y)
        let (sr, cr) = (sin(rotation), cos(rotation))
        return Dipole(cr * x1 + sr * z, y1, cr * z - sr * x1)
    }
}
