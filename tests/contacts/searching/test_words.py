from contacts.searching.words import LONGEST, parts_of


def test_a_word_without_end_is_cut_where_the_index_can_hold_it() -> None:
    assert parts_of("x" * 5000) == ("x" * LONGEST,)


def test_a_sign_that_no_table_spells_is_its_number() -> None:
    assert parts_of("\U000e0001") == ("ue0001",)
    assert parts_of("C++") == ("cplusplus",)
