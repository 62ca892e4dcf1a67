import Files
import Testing

struct YAMLAliasesTests {
    @Test(arguments: [
        "", "sources:\n- url: \"-\"\n", "leads: &l [a, b]\nmore: *l\n", "a: 3*4*5*6*7*8*9*1*2*3\nb: 2 * 3 * 4",
        "a: &x 1\n" + String(repeating: "b: *x\n", count: 8),
    ])
    func few_arePassed(text: String) { #expect(YAMLAliases.excess(in: text) == nil) }

    @Test func breaksBeyondASCII_precedeAliasesToo() {
        #expect(YAMLAliases.excess(in: String(repeating: "-\u{85}*x\n", count: 12)) == 9)
        #expect(YAMLAliases.excess(in: String(repeating: "-\u{2028}*x\n", count: 12)) == 9)
    }

    @Test(arguments: ["- *x\n", "*x : 1\n", "b: [*x]\n", "b: [1,*x]\n", "b: {*x : 1}\n", "? *x\n", "b:\t*x\n"])
    func many_areFound_whereverTheyStand(line: String) {
        #expect(YAMLAliases.excess(in: "a: &x 1\n" + String(repeating: line, count: 12)) == 10)
    }
}
