"""JSON numbers as clients may write them: of any length, with any exponent."""

from hypothesis import strategies as st


def number_texts() -> st.SearchStrategy[str]:
    """Valid JSON numbers, many of them larger, smaller or longer than anybody needs."""
    lengths = st.one_of(st.integers(1, 40), st.just(5000))
    digits = st.builds(lambda first, length: first * length, st.sampled_from("123456789"), lengths)
    whole = st.one_of(st.just("0"), st.integers(1, 20_000).map(str), digits)
    fraction = st.one_of(st.just(""), st.builds(lambda zeros, end: f".{'0' * zeros}{end}", lengths, st.integers(0, 99)))
    powers = st.one_of(st.integers(-40, 40), st.integers(-(10**9), 10**9), st.sampled_from([-(10**20), 10**20]))
    exponent = st.one_of(st.just(""), st.builds("{}{}".format, st.sampled_from(["e", "E"]), powers))
    return st.builds("{}{}{}{}".format, st.sampled_from(["", "-"]), whole, fraction, exponent)
