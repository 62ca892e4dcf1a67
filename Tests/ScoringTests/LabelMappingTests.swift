import Testing
import WFDB

@testable import Scoring

@Suite struct LabelMappingTests {
    private func letters(_ mnemonics: String, _ mapping: LabelMapping) -> String {
        annotations(mnemonics.map { "\($0)1" }.joined(separator: " "))
            .map { mapping.label(of: $0.code)?.letter ?? "-" }.joined()
    }

    @Test func ec57_everyBeatCode_hasItsClass() {
        #expect(letters("NLRAaJSejnVrEF/fQ?!", .ec57) == "NNNSSSSSSSVVVFQQQQO")
        #expect(letters("[]+=x|", .ec57) == "------")
    }

    @Test func chazal_escapeBeats_areNormal() {
        #expect(letters("NLRAaJSejnVrEF/fQ?!", .chazal) == "NNNSSSSNNSVVVFQQQQO")
    }

    @Test func isQRS_agreesWithWFDB() {
        // ecgmap.h: the codes 1...13, 25, 30, 31, 34, 35, 38, 41.
        let expected = Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 25, 30, 31, 34, 35, 38, 41] as [UInt8])
        #expect(Set((0...63).filter { AnnotationCode(rawValue: $0).isQRS }) == expected)
    }
}
