import Signal
import Testing

@testable import Extraction

@Suite struct TemplateBankTests {
    private let window = BeatWindow.standard

    /// A spike in both leads, the second upside down.
    private func beat(leads: [Bool] = [true, true]) -> [Float] {
        (0..<LeadSelection.count * window.length).map { index in
            let (lead, place) = (index / window.length, index % window.length)
            guard leads[lead] else { return 0 }
            return (lead == 0 ? 1 : -2) * max(0, 1 - Float(abs(place - window.before)) / 5)
        }
    }

    private func learn(_ beat: [Float], present: [Bool], into bank: inout TemplateBank) -> TemplateBank.Match {
        beat.withUnsafeBufferPointer { beat in
            let match = bank.match(beat, present: present)
            bank.learn(beat, match: match, prematurity: 0, present: present)
            return match
        }
    }

    @Test(arguments: [0, 1]) func leadThatIsAbsentForAWhile_isNeitherComparedNorForgotten(lead: Int) {
        var bank = TemplateBank(window: window)
        for _ in 0..<20 { _ = learn(beat(), present: [true, true], into: &bank) }
        let template = bank.templateWindow
        let present = [lead != 0, lead != 1]
        for _ in 0..<40 {
            let match = learn(beat(leads: present), present: present, into: &bank)
            #expect(match.isTemplate && match.correlation > 0.99)
        }
        #expect(zip(bank.templateWindow, template).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func leadThatWasNeverThere_isZero() {
        var bank = TemplateBank(window: window)
        for _ in 0..<20 { _ = learn(beat(leads: [true, false]), present: [true, false], into: &bank) }
        #expect(bank.templateWindow[window.length...].allSatisfy { $0 == 0 })
        #expect(bank.templateWindow[window.before] == 1)
    }
}
