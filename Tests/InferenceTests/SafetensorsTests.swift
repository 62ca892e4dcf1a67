import Foundation
import Testing

@testable import Inference

@Suite struct SafetensorsTests {
    static let sample = Safetensors(
        tensors: [
            "a.weight": Tensor(shape: [2, 3], values: [1, -2, 0.5, 3e-5, 65_504, -0.0]),
            "b": Tensor(shape: [], values: [7]), "none": Tensor(shape: [0, 4], values: []),
        ], metadata: ["note": "line\n\"quoted\" \\ ß 🫀 \u{1}", "classes": "N,S,V,F,Q"])

    /// A file with a header of our choosing.
    func file(_ header: String, data: Int = 8) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8)
            + [UInt8](repeating: 0, count: data)
    }

    @Test func write_thenRead_givesTheSame() throws {
        #expect(try Safetensors(bytes: Self.sample.bytes()) == Self.sample)
    }

    @Test func write_halfPrecision_rounds() throws {
        let read = try Safetensors(bytes: Self.sample.bytes(.half))
        #expect(read.tensors["a.weight"]?.values == [1, -2, 0.5, 2.9981136e-05, 65_504, -0.0])
        let large = Safetensors(tensors: ["x": Tensor(shape: [1], values: [70_000])])
        #expect(throws: SafetensorsError.notFinite(tensor: "x", index: 0)) { try large.bytes(.half) }
    }

    @Test func write_eightBits_roundsAndPutsWiderNumbersFirst() throws {
        let file = Safetensors(tensors: [
            "a": Tensor(shape: [3], values: [0.3, -1.9, 0.001]), "b": Tensor(shape: [1], values: [0.3]),
            "c": Tensor(shape: [2], values: [448, -0.0]),
        ])
        let bytes = try file.bytes(.quarter, except: ["b": .single])
        let header = String(decoding: bytes.dropFirst(8).prefix { $0 != 0x20 }, as: UTF8.self)
        #expect(header.contains(#""b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#))
        #expect(header.contains(#""a":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[4,7]}"#))
        let read = try Safetensors(bytes: bytes).tensors
        #expect(read["a"]?.values == [0.3125, -1.875, 0x1p-9])
        #expect(read["b"]?.values == [0.3] && read["c"]?.values == [448, -0.0])
        let large = Safetensors(tensors: ["x": Tensor(shape: [1], values: [465])])
        #expect(throws: SafetensorsError.notFinite(tensor: "x", index: 0)) { try large.bytes(.quarter) }
        // A pattern that is no number is refused like others that are not finite.
        #expect(throws: SafetensorsError.notFinite(tensor: "x", index: 0)) {
            try Safetensors(
                bytes: self.file(#"{"x":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#, data: 0) + [0xff])
        }
    }

    @Test func quarterFloat_everyPattern_survivesTheRoundTrip() {
        for bits in UInt8.min...UInt8.max where bits & 0x7f != 0x7f {
            let value = QuarterFloat.value(bits)
            #expect(QuarterFloat.bits(value) == bits)
            guard bits & 0x7f < 0x7e else { continue }
            // The middle between neighbours goes to the even one.
            let middle = (value + QuarterFloat.value(bits + 1)) / 2
            #expect(QuarterFloat.bits(middle) == (bits & 1 == 0 ? bits : bits + 1))
        }
        // The least, the least normal and the largest value of the specification.
        #expect(QuarterFloat.value(1) == 0x1p-9 && QuarterFloat.value(8) == 0x1p-6 && QuarterFloat.value(0x7e) == 448)
        #expect(
            QuarterFloat.value(0x7f).isNaN && QuarterFloat.bits(.infinity) == 0x7f
                && QuarterFloat.bits(.nan) & 0x7f == 0x7f)
    }

    @Test func halfFloat_everyPattern_survivesTheRoundTrip() {
        for bits in UInt16.min...UInt16.max {
            let value = HalfFloat.value(bits)
            if value.isNaN { continue }
            #expect(HalfFloat.bits(value) == bits)
            let next = HalfFloat.value(bits &+ 1)
            // The middle between neighbours goes to the even one.
            if value.isFinite, next.isFinite, bits & 0x7fff != 0x7fff {
                #expect(HalfFloat.bits((value + next) / 2) == (bits & 1 == 0 ? bits : bits + 1))
            }
        }
    }

    /// Written by: python3 -c "from safetensors.torch import save_file; …" in Reference/make_file.py.
    @Test func read_fileOfPyPI_agrees() throws {
        let url = LayerReferenceTests.folder.appending(path: "types.safetensors")
        let file = try Safetensors(contentsOf: url)
        #expect(file.metadata == ["writer": "safetensors", "text": "µV \"quoted\"\n"])
        #expect(file.tensors["single"] == Tensor(shape: [2, 2], values: [1.5, -2.25, 3e-30, 4e30]))
        #expect(file.tensors["half"] == Tensor(shape: [3], values: [0.333251953125, -65_504, 5.9604645e-08]))
        #expect(file.tensors["brain"] == Tensor(shape: [1, 2], values: [0.333984375, -1e38.rounded16]))
    }

    @Test func read_counterOfAStateDict_isANumber() throws {
        let header = #"{"norm.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}"#
        var bytes = file(header)
        bytes[bytes.count - 8] = 20
        #expect(try Safetensors(bytes: bytes).tensors["norm.num_batches_tracked"] == Tensor(shape: [], values: [20]))
    }

    @Test func read_hostileHeaders_areRefused() throws {
        let good = #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
        #expect(throws: Never.self) { try Safetensors(bytes: file(good)) }
        let hostile: [(String, [UInt8])] = [
            ("empty", []), ("short", [1, 2, 3]), ("header beyond the end", file(good, data: 0).dropLast(9) + []),
            ("huge header", [UInt8](repeating: 0xff, count: 16)),
            ("data beyond the end", file(good, data: 7)), ("data left over", file(good, data: 9)),
            ("overflowing shape", file(good.replacing("[2]", with: "[4611686018427387904,4]"))),
            ("number too large", file(good.replacing("[2]", with: "[99999999999999999999]"))),
            ("negative extent", file(good.replacing("[2]", with: "[-2]"))),
            ("wrong size", file(good.replacing("[2]", with: "[3]"))),
            ("offsets turned round", file(good.replacing("[0,8]", with: "[8,0]"))),
            ("one offset", file(good.replacing("[0,8]", with: "[8]"))),
            ("unknown type", file(good.replacing("F32", with: "F64"))),
            ("unknown key", file(good.replacing("shape", with: "shape2"))),
            ("repeated key", file(#"{"x":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#)),
            ("too many extents", file(good.replacing("[2]", with: "[2,1,1,1,1,1,1,1,1]"))),
            ("deep nesting", file(String(repeating: "[", count: 100_000))),
            ("text after the end", file(good + "x")), ("no object", file("[]")),
            ("half a surrogate", file(good.replacing("\"x\"", with: #""\ud800""#))),
            ("metadata that is no string", file(#"{"__metadata__":{"a":1}}"#, data: 0)),
            (
                "overlap",
                file(
                    #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#
                )
            ),
            (
                "hole",
                file(
                    #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#,
                    data: 12)
            ),
            (
                "name twice",
                file(
                    #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#
                )
            ),
        ]
        for (what, bytes) in hostile {
            #expect(throws: SafetensorsError.self, "\(what)") { try Safetensors(bytes: Array(bytes)) }
        }
        var nan = file(good)
        nan.replaceSubrange((nan.count - 4)..., with: [0, 0, 0xc0, 0x7f])
        #expect(throws: SafetensorsError.notFinite(tensor: "x", index: 1)) { try Safetensors(bytes: nan) }
    }

    @Test func read_cutFile_saysHowLongItIsAndShouldBe() throws {
        let bytes = try Self.sample.bytes()
        for count in [bytes.count - 1, bytes.count - 7] {
            #expect(throws: SafetensorsError.truncated(expected: bytes.count, found: count)) {
                try Safetensors(bytes: Array(bytes.prefix(count)))
            }
        }
        let far = #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}"#
        #expect(throws: SafetensorsError.truncated(expected: .max, found: file(far).count)) {
            try Safetensors(bytes: file(far))
        }
    }

    /// Bytes changed, cut out, doubled at random: refused or read, never a crash.
    @Test func read_fuzzedFiles_neverCrashes() throws {
        let good = try Self.sample.bytes()
        let random = CounterRandom(seed: 2026, stream: 0)
        var refused = 0
        for round in 0..<20_000 {
            var bytes = good
            let own = random.stream(UInt64(round))
            for change in 0..<(1 + own.bits(0) % 4) {
                let at = Int(own.bits(3 * change + 1) % UInt64(bytes.count))
                switch own.bits(3 * change + 2) % 4 {
                case 0: bytes[at] = UInt8(truncatingIfNeeded: own.bits(3 * change + 3))
                case 1: bytes[at] ^= 1 << UInt8(own.bits(3 * change + 3) % 8)
                case 2: bytes.removeSubrange(at..<min(bytes.count, at + 1 + Int(own.bits(3 * change + 3) % 8)))
                default: bytes.insert(contentsOf: bytes[at...].prefix(8), at: at)
                }
                if bytes.isEmpty { break }
            }
            do { _ = try Safetensors(bytes: bytes) } catch { refused += 1 }
        }
        #expect(refused > 10_000)
    }
}

extension Double {
    /// The nearest bfloat16.
    fileprivate var rounded16: Float {
        let bits = Float(self).bitPattern
        return Float(bitPattern: (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000)
    }
}
