extension BeatMatrix {
    /// Cohen's κ of the labels of detected beats among some classes: agreement beyond chance.
    ///
    /// Cohen, *Educ. Psychol. Meas.* 20 (1960) 37-46. nil where chance alone would give perfect agreement or nothing
    /// was counted.
    public func kappa(among labels: [BeatLabel] = [.normal, .supraventricular, .ventricular, .fusion]) -> Double? {
        let total = Double(sum(labels, labels))
        guard total > 0 else { return nil }
        let agreed = labels.reduce(0.0) { $0 + Double(self[$1, $1]) } / total
        let chance = labels.reduce(0.0) {
            $0 + Double(sum([$1], labels)) / total * Double(sum(labels, [$1])) / total
        }
        return chance < 1 ? (agreed - chance) / (1 - chance) : nil
    }

    /// The jκ index, κ/2 + j/8 with j the sum of Se and +P of S and of V (0 where undefined); 0 to 1.
    ///
    /// Mar et al., *IEEE Trans. Biomed. Eng.* 58 (2011) 2168-2177. κ is that of N, S, V and F.
    public var jKappa: Double? {
        guard let kappa = kappa() else { return nil }
        let j = [BeatLabel.supraventricular, .ventricular].reduce(0.0) {
            $0 + (sensitivity(of: $1).value ?? 0) + (predictivity(of: $1).value ?? 0)
        }
        return kappa / 2 + j / 8
    }
}
