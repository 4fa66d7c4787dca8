SIZE = 70000

NOUNS = ["river", "stone", "cloud", "engine", "harbour", "letter", "window", "forest"]
VERBS = ["carries", "hides", "follows", "remembers", "breaks"]
ADJECTIVES = ["quiet", "Old", "bright", "broken", "Endless", "green"]


def sentence(i):
    noun = NOUNS[i * 7 % len(NOUNS)]
    verb = VERBS[i * 3 % len(VERBS)]
    adjective = ADJECTIVES[i % len(ADJECTIVES)]
    other = NOUNS[(i * 5 + 3) % len(NOUNS)]
    return f"The {adjective} {noun} {verb} the {other}, and no. {i % 20} waits."


def clean(word):
    out = ""
    for c in word.lower():
        if "a" <= c <= "z" or "0" <= c <= "9":
            out = out + c
    return out


def count_words(lines):
    counts = {}
    for line in lines:
        for word in line.split(" "):
            w = clean(word)
            if w != "":
                counts[w] = counts.get(w, 0) + 1
    return counts


def main():
    lines = []
    for i in range(SIZE):
        lines.append(sentence(i))
    counts = count_words(lines)
    pairs = list(counts.items())
    pairs.sort(key=lambda pair: (-pair[1], pair[0]))
    for word, n in pairs[:10]:
        print(f"{word:<10}{n}")
    print(len(pairs), sum(counts.values()))


if __name__ == "__main__":
    main()
