SIZE = 350000


def is_palindrome(s):
    i = 0
    j = len(s) - 1
    while i < j:
        if s[i] != s[j]:
            return False
        i += 1
        j -= 1
    return True


def caesar(text, shift):
    out = ""
    for c in text:
        if "a" <= c <= "z":
            out += chr((ord(c) - 97 + shift) % 26 + 97)
        else:
            out += c
    return out


def classify(name):
    if name.startswith("user"):
        return "user"
    if name.endswith(".log"):
        return "log"
    if "@" in name:
        return "mail"
    if "tmp" in name:
        return "temporary"
    return "other"


def main():
    words = ["level", "user42", "server.log", "a@b.example", "racecar", "my-tmp-file", "Plain",
             "noon"]
    palindromes = 0
    kinds = {}
    longest = ""
    for i in range(SIZE):
        word = words[i % len(words)]
        if is_palindrome(word):
            palindromes += 1
        kind = classify(word)
        kinds[kind] = kinds.get(kind, 0) + 1
        mixed = word[1:] + word[:1].upper()
        if mixed > longest:
            longest = mixed
    print(palindromes, longest)
    for k, v in kinds.items():
        print(f"{k}: {v}")

    message = "the quick brown fox jumps over the lazy dog"
    for i in range(SIZE // 20):
        message = caesar(message, i % 25 + 1)
    print(message)


if __name__ == "__main__":
    main()
