import Signal
import Testing

@Suite struct SampleBlockTests {
    @Test func subscript_interleavedFrames_readsTheLead() {
        let block = SampleBlock(firstFrame: 720, leadCount: 2, values: [0.1, -0.2, 0.15, -0.1])
        #expect(block.frameCount == 2)
        #expect(block.endFrame == 722)
        #expect(block[frame: 1, lead: 0] == 0.15)
    }

    @Test func beatClass_letters_roundTrip() {
        for beatClass in BeatClass.allCases {
            #expect(BeatClass(letter: beatClass.letter) == beatClass)
        }
        #expect(BeatClass(letter: "x") == nil)
    }
}
