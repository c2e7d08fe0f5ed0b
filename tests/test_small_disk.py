"""The small disk of other tests leaves no mount behind, whatever a test leaves open on it."""

import pytest

from tests.small_disk import small_disk


def test_a_disk_with_an_open_file_is_unmounted_too(tmp_path):
    path = tmp_path / "disk"
    with pytest.raises(ZeroDivisionError), small_disk(path, 1) as disk:
        left_open = (disk.path / "file").open("w")
        assert path.is_mount()
        raise ZeroDivisionError

    assert not path.is_mount()
    left_open.close()
    path.rmdir()
