/* Where the entries of a block stand, against the images of their nodes. */
#include "block_place.h"
#include "check.h"

enum { POINTS = 5, FIRST = 3, SECOND = 8 };

/* An entry that says which pair of nodes it belongs to. */
static double Entry(PetscInt z_first, PetscInt z_second)
{
  return 1.0 + (double)(z_first * POINTS + z_second);
}

/* The block of the diagonals, with 0 in the corners of a band. */
static void Fill(const BlockLayout *layout, PetscScalar block[])
{
  for (PetscInt i = 0; i < layout->entries; i++) block[i] = 0.0;
  for (PetscInt v = 0; v < POINTS; v++) {
    PetscInt lo, hi;
    BlockColumn(layout, v, &lo, &hi);
    for (PetscInt u = lo; u <= hi; u++) block[layout->start + u + layout->step * v] = Entry(u, v);
  }
}

/* The number of the entries of a place by rows and columns; each must be the one it stands for. */
static PetscInt CheckPlace(const BlockPlace *place, PetscBool reversed, PetscBool transposed,
                           const PetscScalar block[])
{
  const BlockLayout *layout = &place->layout;
  PetscInt by_rows = 0, by_columns = 0;

  for (PetscInt z = 0; z < POINTS; z++) {
    PetscInt lo, hi;
    BlockRow(layout, z, &lo, &hi);
    for (PetscInt c = lo; c <= hi; c++, by_rows++) {
      const PetscInt row = reversed ? POINTS - 1 - z : z, column = reversed ? POINTS - 1 - c : c;
      const double expected = transposed ? Entry(column, row) : Entry(row, column);
      assert_true(block[layout->start + layout->along * z + layout->step * c] == expected);
    }
    BlockColumn(layout, z, &lo, &hi);
    for (PetscInt r = lo; r <= hi; r++, by_columns++)
      assert_true(block[layout->start + layout->along * r + layout->step * z] != 0.0);
  }
  assert_int_equal(by_rows, by_columns);
  return by_rows;
}

static void test_places(void **state)
{
  const PetscInt diagonals[][2] = {{-4, 4}, {-2, 2}, {-1, 3}, {1, 4}, {1, 2}};

  (void)state;
  for (size_t d = 0; d < sizeof(diagonals) / sizeof(diagonals[0]); d++) {
    const BlockLayout layout = QlbeBlockLayout_Private(POINTS, diagonals[d][0], diagonals[d][1]);
    PetscScalar block[POINTS * POINTS];
    PetscInt entries = 0;

    Fill(&layout, block);
    for (PetscInt nz = layout.nz_first; nz <= layout.nz_last; nz++)
      entries += POINTS - PetscAbs(nz);
    for (int form = 0; form < 8; form++) {
      const PetscBool reversed = (PetscBool)(form % 2), transposed = (PetscBool)(form / 2 % 2);
      const LineImage image = {FIRST, SECOND, reversed, (PetscBool)(form / 4), 1};
      const BlockPlace place = QlbeBlockPlace_Private(&layout, &image, transposed);
      assert_int_equal(place.row_line, transposed ? SECOND : FIRST);
      assert_int_equal(place.column_line, transposed ? FIRST : SECOND);
      assert_int_equal(place.conjugate, form / 4);
      assert_int_equal(CheckPlace(&place, reversed, transposed, block), entries);
    }
  }
}

int main(int argc, char **argv)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_places)};
  int failed;

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  failed = cmocka_run_group_tests(tests, NULL, NULL);
  return PetscFinalize() || failed;
}
