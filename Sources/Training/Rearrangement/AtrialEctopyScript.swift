import Foundation
import Synthesis

/// Sinus rhythm with premature atrial beats, alone, in couplets, in short runs and in fixed patterns.
///
/// The sinus node beats up to a third faster or slower than it did: a rate alone is no ectopy, and T waves are still about as
/// long as they would be at it. It drifts, and breath moves it (`Breath`). A premature beat comes after 45 to 90 % of an interval, with a P wave
/// of another shape, and resets the node, so that the pause after it is less than compensatory. Patterns last from half a
/// minute to many, so that bigeminy can become the rule. In three of ten of its stretches it is late: every other beat comes
/// after 84 to 96 % of an interval, always the same, while the node is at rest, so that nothing but their taking turns tells
/// that it is premature. In young people breath moves the rate more than anything else does, and premature beats are rare.
struct AtrialEctopyScript: RhythmScript {
    private enum Pattern: CaseIterable {
        case none, rare, frequent, bigeminy, trigeminy, quadrigeminy, couplets, runs
    }

    /// Interval of the sinus node, in s.
    let interval: Double
    private let breath: Breath
    private var respiration: RespiratoryArrhythmia
    private let jitter: Double
    private let wave: Double
    private let waveLead: Double
    private let coupling: Double
    private let couplingSpread: Double
    private let reset: Double
    /// What the stretches are drawn from.
    private let patterns: [Pattern]
    private var pattern = Pattern.none
    private var left = 0
    private var share = 0.0
    private var run = 0
    private var runLength = 3
    private var runInterval = 0.6
    /// Interval of the premature beats of a stretch of late bigeminy, in intervals of the node; nil in others.
    private var lateCoupling: Double?
    private var drift = 0.0
    private var early = 0
    private var sinceEarly = 0
    private var random: RandomStream

    /// A script for a patient whose median interval is known, in s.
    init(interval: Double, breath: Breath, random: RandomStream) {
        self.random = random
        self.breath = breath
        self.interval = min(max(interval * exp(self.random.uniform(in: -0.3...0.3)), 0.36), 1.6)
        let isYoung =
            switch breath {
            case .even: false
            case .varied: self.random.uniform() < 0.25
            }
        // Of the others breath moves the rate much in one of three, and one of three beats irregularly.
        let depth =
            isYoung
            ? self.random.uniform(in: 0.1...0.25)
            : self.random.uniform(in: 0...0.05) * ([1, 1, 3].randomElement(using: &self.random) ?? 1)
        patterns = isYoung ? [.none, .none, .rare] : Pattern.allCases
        respiration = RespiratoryArrhythmia(breath, depth: depth, random: &self.random)
        jitter = self.random.uniform(in: 0.005...0.03) * ([1, 1, 2].randomElement(using: &self.random) ?? 1)
        wave = [-1, -0.5, 0, 0.4, 0.7, 1.2].randomElement(using: &self.random) ?? 1
        waveLead = self.random.uniform(in: -0.02...0.03)
        coupling = self.random.uniform(in: 0.45...(breath == .even ? 0.9 : 0.9 - depth))
        couplingSpread = self.random.uniform(in: 0.01...(coupling < 0.8 ? 0.06 : 0.02))
        reset = self.random.uniform(in: 1...1.25)
    }

    mutating func next() -> ScriptedBeat {
        if left == 0 {
            pattern = patterns.randomElement(using: &random) ?? .none
            left = Int(exp(random.uniform(in: log(40)...log(800))))
            share = random.uniform(in: 0.01...0.3)
            runLength = Int.random(in: 3..<10, using: &random)
            runInterval = random.uniform(in: 0.45...0.8)
            let isLate = pattern == .bigeminy && random.uniform() < 0.3
            let late = random.uniform(in: 0.84...0.96)
            lateCoupling = isLate ? late : nil
        }
        left -= 1
        if early > 0 {
            if pattern == .couplets, early == 1 { return premature(after: coupling, spread: couplingSpread) }
            if early < run { return premature(after: runInterval, spread: 0.02) }
            early = 0
            run = 0
            sinceEarly = 1
            return sinus(times: reset * exp(unrest * random.uniform(in: -0.05...0.05)))
        }
        if begins() {
            if let lateCoupling { return premature(after: lateCoupling * exp(drift), spread: 0.01) }
            guard pattern == .runs else { return premature(after: coupling, spread: couplingSpread) }
            run = Int.random(in: 3...runLength + 1, using: &random)
            return premature(after: min(coupling, 1.05 * runInterval), spread: couplingSpread)
        }
        sinceEarly += 1
        return sinus(times: 1)
    }

    /// Share of its usual irregularity with which the node beats.
    private var unrest: Double { lateCoupling == nil ? 1 : 0.3 }

    /// Change of log RR that breath makes now: little where premature beats come late.
    private var breathing: Double {
        guard lateCoupling != nil else { return respiration.change }
        return breath == .even ? unrest * respiration.change : min(max(respiration.change, -0.015), 0.015)
    }

    private mutating func begins() -> Bool {
        switch pattern {
        case .none: false
        case .rare: random.uniform() < 0.02
        case .frequent: random.uniform() < share
        case .bigeminy: sinceEarly >= 1
        case .trigeminy: sinceEarly >= 2
        case .quadrigeminy: sinceEarly >= 3
        case .couplets: random.uniform() < 0.12
        case .runs: random.uniform() < 0.06
        }
    }

    private mutating func premature(after ratio: Double, spread: Double) -> ScriptedBeat {
        early += 1
        sinceEarly = 0
        // Where breath takes seconds, a beat is premature to what the interval is now.
        let present = breath == .even ? 0 : breathing
        let interval = max(interval * ratio * exp(present + spread * random.gaussian()), 0.3)
        if breath == .varied { respiration.advance(by: interval, random: &random) }
        return ScriptedBeat(
            origin: .atrial, interval: interval, wave: wave * random.uniform(in: 0.8...1.2),
            waveLead: waveLead + 0.005 * random.gaussian())
    }

    private mutating func sinus(times factor: Double) -> ScriptedBeat {
        drift = 0.98 * drift + 0.012 * random.gaussian()
        let interval = factor * interval * exp(drift + breathing + unrest * jitter * random.gaussian())
        respiration.advance(by: interval, random: &random)
        return ScriptedBeat(origin: .conducted, interval: interval, wave: random.uniform(in: 0.9...1.1))
    }
}
