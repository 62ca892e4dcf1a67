import Acquisition
import Signal
import Testing

@Suite struct TextDecoderTests {
    @Test func csv_missingValues_areNaN() {
        let result = decode("1,2\n!,0.5\n,\n-1e-1 ,\t+.5\n", parameters: twoLeads)
        #expect(result.frames == [0: [1, 2], 1: [nil, 0.5], 2: [nil, nil], 3: [-0.1, 0.5]])
        #expect(result.rejections.total == 0)
    }

    @Test func csv_blankLines_areAFrameWithOneLeadAndNothingWithTwo() {
        #expect(decode("1,2\n\n3,4\n", parameters: twoLeads).frames.count == 2)
        let one = StreamParameters(sampleRate: 360, leads: ["I"], encoding: .csv)
        #expect(decode("1\n\n3\n", parameters: one).frames == [0: [1], 1: [nil], 2: [3]])
    }

    @Test func csv_titleLine_isCountedAndTakesNoTime() {
        let result = decode("MLII,V1\n0.1,0.2\n", parameters: twoLeads)
        #expect(result.frames == [0: [0.1, 0.2]])
        #expect(result.rejections[.malformedLine] == 1)
    }

    @Test func csv_malformedLineAmongFrames_isAMissingFrame() {
        for bad in ["x,y", "1", "1,2,3", "1;2", "1,2 3", "0x10,1", "1,nan", "\u{0}\u{1}", "1,é"] {
            let result = decode("1,2\n\(bad)\n5,6\n", parameters: twoLeads)
            #expect(result.frames == [0: [1, 2], 1: [nil, nil], 2: [5, 6]], "\(bad)")
            #expect(result.rejections[.malformedLine] == 1)
        }
    }

    @Test func csv_oversizedLine_isCountedAndReadingGoesOn() {
        let text = "1,2\n" + String(repeating: "7", count: 1_000_000) + "\n5,6\n"
        for chunk in [1, 1000, 65_536, 10_000_000] {
            let result = decode(text, chunk: chunk, parameters: twoLeads)
            #expect(result.frames == [0: [1, 2], 1: [nil, nil], 2: [5, 6]])
            #expect(result.rejections[.oversizedLine] == 1)
            #expect(result.rejections[.malformedLine] == 0)
        }
    }

    @Test func csv_gainGiven_valuesAreADCUnits() {
        var parameters = twoLeads
        parameters.gain = 200
        parameters.baseline = 1024
        #expect(decode("1224,824\n", parameters: parameters).frames == [0: [1, -1]])
    }

    @Test func csv_binaryNoise_isRefusedAfterPatience() {
        var state: UInt64 = 42
        let noise = (0..<100_000).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(state >> 56)
        }
        guard case .nothingUnderstood(.csv, _, _) = decode(noise, parameters: twoLeads).error else {
            Issue.record("noise was taken for samples")
            return
        }
    }

    @Test func csv_numbersWithManyDigits_areTheNearestValues() {
        let one = StreamParameters(sampleRate: 360, leads: ["I"], encoding: .csv)
        for text in ["0.1", "3.14159265358979323846264338327950288", "1e-30", "9007199254740993e-15", "123456.789e-3"] {
            let value = decode(text + "\n", parameters: one).frames[0]?[0]
            #expect(value == Double(text).map(Float.init), "\(text)")
        }
        for text in ["1e999", "1e-999999999999", String(repeating: "9", count: 500)] {
            _ = decode(text + "\n1\n", parameters: one)
        }
    }

    @Test func jsonl_skippedSamples_areAGap() {
        let text = #"{"sample":100,"mv":[[1,2],[3,4]]}"# + "\n" + #"{"sample":105,"mv":[[5,null]]}"# + "\n"
        let result = decode(text, parameters: jsonl)
        #expect(result.frames == [100: [1, 2], 101: [3, 4], 105: [5, nil]])
        #expect(result.gaps == [Gap(firstFrame: 102, frameCount: 3, reason: .skipped)])
    }

    @Test func jsonl_sampleThatPassed_isRejected() {
        let text =
            #"{"sample":7,"mv":[[1,2],[3,4]]}"# + "\n" + #"{"mv":[[5,6]],"sample":8}"# + "\n" + #"{"mv":[[7,8]]}"#
        let result = decode(text + "\n", parameters: jsonl)
        #expect(result.frames == [7: [1, 2], 8: [3, 4], 9: [7, 8]])
        #expect(result.rejections[.outOfOrder] == 1)
    }

    @Test func jsonl_senderThatCountsAgain_goesOnWhereTheStreamWas() {
        let text = #"{"sample":0,"mv":[[1,2]]}"# + "\n" + #"{"sample":2,"mv":[[3,4]]}"# + "\n"
        let result = decode(Array(text.utf8), parameters: jsonl, firstFrame: 1000)
        #expect(result.frames == [1000: [1, 2], 1002: [3, 4]])
        #expect(result.gaps == [Gap(firstFrame: 1001, frameCount: 1, reason: .skipped)])
    }

    /// Lines of ten frames, numbered as given.
    private func lines(_ numbers: [Int64]) -> String {
        let frames = Array(repeating: "[1,2]", count: 10).joined(separator: ",")
        return numbers.map { "{\"sample\":\($0),\"mv\":[\(frames)]}\n" }.joined()
    }

    @Test func jsonl_oneDamagedNumber_costsItsLineOnly() {
        var numbers = (0..<100).map { Int64($0) * 10 }
        numbers[20] = 92_000_000
        numbers[50] = 3
        for chunk in [1, 64, 100_000] {
            let result = decode(lines(numbers), chunk: chunk, parameters: jsonl)
            #expect(result.frames.count == 980)
            #expect(result.frames[999] == [1, 2])
            #expect(result.rejections[.outOfOrder] == 2)
            #expect(
                result.gaps == [200, 500].map { Gap(firstFrame: $0, frameCount: 10, reason: .skipped) },
                "\(result.gaps)")
        }
    }

    @Test func jsonl_damagedFirstNumber_costsItsLineOnly() {
        let result = decode(lines([92_000_000, 10, 20, 30]), parameters: jsonl)
        #expect(result.frames.keys.sorted() == Array(10..<40))
        #expect(result.rejections[.outOfOrder] == 1)
    }

    @Test func jsonl_linesSentAgain_areLateUntilTheSenderHasCaughtUp() {
        let numbers = (0..<300).map { Int64($0) * 10 } + (0..<400).map { Int64($0) * 10 }
        let result = decode(lines(numbers), parameters: jsonl)
        #expect(result.error == nil)
        #expect(result.frames.count == 4000)
        #expect(result.rejections[.outOfOrder] == 300)
    }

    @Test func jsonl_linesRepeatedNowAndThenOnALossyLink_areNotLateOnEnd() {
        // Every second line is lost, and after every third that came there is an old one again, which speaks against it.
        var numbers: [Int64] = []
        for number in Int64(0)..<1500 {
            numbers.append(number * 20)
            if number % 3 == 2 { numbers.append((number - 1) * 20) }
        }
        let result = decode(lines(numbers), parameters: jsonl)
        #expect(result.error == nil)
        #expect(result.frames.count == 10_000)
        #expect(result.rejections[.outOfOrder] == 1000)
    }

    @Test func jsonl_senderThatCountsAnewInTheMiddle_isRefused() {
        let numbers = (0..<1000).map { Int64($0) * 10 } + (0..<500).map { Int64($0) * 10 }
        let result = decode(lines(numbers), parameters: jsonl)
        #expect(result.error == .countedAnew(sample: 3590, due: 10_000))
        #expect(result.frames.count == 10_000)
    }

    @Test(arguments: [
        #"{"sample":1,"mv":[[1]]}"#, #"{"sample":-1,"mv":[[1,2]]}"#, #"{"sample":1.5,"mv":[[1,2]]}"#,
        #"{"sample":1e300,"mv":[[1,2]]}"#, #"{"mv":[[1,2],[3]]}"#, #"{"mv":[1,2]}"#, #"{"mv":[[1,2]}"#, "[[1,2]]", "{",
        #"{"mv":[[1,2]],"mv":[[1,2]]}"#, #"{"mv":[[01,2]]}"#, #"{"mv":[[NaN,2]]}"#, #"{"mv":[[1,2]]}x"#,
        #"{"sample":1}"#, #"{"what":1,"mv":[[1,2]]}"#, #"{"mv":[[1.,2]]}"#, "\u{7f}", #"{"m\ud800v":[[1,2]]}"#,
    ])
    func jsonl_malformedLine_isCountedAndTakesNoTime(line: String) {
        let text = #"{"mv":[[1,2]]}"# + "\n" + line + "\n" + #"{"mv":[[5,6]]}"# + "\n"
        let result = decode(text, parameters: jsonl)
        #expect(result.frames == [0: [1, 2], 1: [5, 6]])
        #expect(result.rejections[.malformedLine] == 1)
    }

    @Test func jsonl_deepNesting_isRejectedWithoutAStack() {
        let deep = #"{"mv":"# + String(repeating: "[", count: 60_000) + "\n"
        #expect(decode(#"{"mv":[[1,2]]}"# + "\n" + deep, parameters: jsonl).rejections[.malformedLine] == 1)
    }

    @Test func jsonl_sampleNumbersAtTheEndOfCounting_stopWithAnError() {
        let text = #"{"sample":9007199254740991,"mv":[[1,2]]}"# + "\n" + #"{"mv":[[1,2],[3,4]]}"# + "\n"
        #expect(decode(text, parameters: jsonl).error == .indexOverflow)
    }

    private var jsonl: StreamParameters { .init(sampleRate: 360, leads: ["I", "II"], encoding: .jsonl) }
}
