namespace NestC.Examples.Digits;

/// <summary>Draws distorted digits, 28 x 28 pixels of 0 to 255. The same seed draws the same pixels: only additions, products, quotients and square roots, which IEEE 754 defines to the bit.</summary>
public sealed class DigitImages(ulong seed)
{
    public const int Size = 28;

    private readonly SplitMix random = new(seed);
    private readonly List<float[]> strokes = [];

    /// <summary>Draws the next digit into <paramref name="pixels"/> (row by row) and returns which one it is.</summary>
    public int Draw(Span<byte> pixels)
    {
        int digit = random.Below(10);
        strokes.Clear();
        Outline(digit);
        Distort();
        Rasterize(pixels);
        return digit;
    }

    // The digits as lines between points of the unit square, y downwards; some have two ways of being written.
    private void Outline(int digit)
    {
        bool other = random.Below(2) == 1;
        switch (digit)
        {
            case 0:
                Arc(0.5f, 0.5f, other ? 0.30f : 0.24f, 0.40f, 0, 16);
                break;
            case 1:
                Line(0.5f, 0.1f, 0.5f, 0.9f);
                if (other) Line(0.32f, 0.28f, 0.5f, 0.1f);
                break;
            case 2:
                Arc(0.5f, 0.32f, 0.26f, 0.22f, 8, 17);
                Line(0.74f, 0.41f, 0.25f, 0.88f);
                Line(0.25f, 0.88f, other ? 0.80f : 0.72f, 0.88f);
                break;
            case 3:
                Arc(0.46f, 0.30f, 0.25f, 0.20f, 9, 20);
                Arc(0.46f, 0.70f, 0.28f, 0.20f, 12, 23);
                break;
            case 4:
                Line(other ? 0.55f : 0.34f, 0.1f, 0.2f, 0.6f);
                Line(0.2f, 0.6f, 0.82f, 0.6f);
                Line(0.62f, other ? 0.1f : 0.35f, 0.62f, 0.92f);
                break;
            case 5:
                Line(0.74f, 0.1f, 0.32f, 0.1f);
                Line(0.32f, 0.1f, 0.29f, 0.46f);
                Arc(0.46f, 0.66f, 0.27f, 0.24f, 10, 22);
                break;
            case 6:
                Arc(0.5f, 0.67f, 0.25f, 0.22f, 0, 16);
                Line(0.26f, 0.62f, other ? 0.62f : 0.50f, 0.1f);
                break;
            case 7:
                Line(0.22f, 0.12f, 0.78f, 0.12f);
                Line(0.78f, 0.12f, 0.40f, 0.9f);
                if (other) Line(0.36f, 0.5f, 0.72f, 0.5f);
                break;
            case 8:
                Arc(0.5f, 0.30f, 0.21f, 0.19f, 0, 16);
                Arc(0.5f, 0.70f, 0.26f, 0.21f, 0, 16);
                break;
            default:
                Arc(0.5f, 0.33f, 0.24f, 0.22f, 0, 16);
                Line(0.74f, 0.36f, other ? 0.68f : 0.50f, 0.9f);
                break;
        }
    }

    // The cosine of k / 16 of a turn; a table, since the library's functions differ between machines in the last bit.
    private static readonly float[] Cosine =
        [1, 0.9238795f, 0.70710677f, 0.38268343f, 0, -0.38268343f, -0.70710677f, -0.9238795f, -1, -0.9238795f, -0.70710677f, -0.38268343f, 0, 0.38268343f, 0.70710677f, 0.9238795f];

    // From one sixteenth of a turn to another, clockwise on the screen from the right-hand side.
    private void Arc(float x, float y, float rx, float ry, int from, int to)
    {
        for (int k = from; k < to; k++)
            Line(x + rx * Cosine[k % 16], y + ry * Cosine[(k + 12) % 16], x + rx * Cosine[(k + 1) % 16], y + ry * Cosine[(k + 13) % 16]);
    }

    private void Line(float x0, float y0, float x1, float y1) => strokes.Add([x0, y0, x1, y1]);

    private void Distort()
    {
        // A rotation by the half-angle formulas, scaling, shear and a shift, then a smooth bend of the plane.
        float t = random.Between(-0.30f, 0.30f);
        float cos = (1 - t * t) / (1 + t * t), sin = 2 * t / (1 + t * t);
        float sx = random.Between(0.42f, 0.95f), sy = random.Between(0.50f, 0.95f), shear = random.Between(-0.45f, 0.45f);
        float dx = random.Between(-0.11f, 0.11f), dy = random.Between(-0.09f, 0.09f);
        float bx = random.Normal() * 0.22f, by = random.Normal() * 0.22f, bxy = random.Normal() * 0.30f;
        foreach (float[] s in strokes)
        {
            for (int end = 0; end < 4; end += 2)
            {
                float x = s[end] - 0.5f, y = s[end + 1] - 0.5f;
                (x, y) = (x + bx * (y * y - 0.08f) + bxy * x * y, y + by * (x * x - 0.04f));
                (x, y) = (sx * (x + shear * y), sy * y);
                (s[end], s[end + 1]) = (cos * x - sin * y + 0.5f + dx, sin * x + cos * y + 0.5f + dy);
            }
        }
    }

    private void Rasterize(Span<byte> pixels)
    {
        float half = random.Between(0.028f, 0.062f), soft = random.Between(0.022f, 0.05f);
        float ink = random.Between(90, 255), paper = random.Between(0, 40), noise = random.Between(2, 36);
        // Scratches cross the picture.
        int scratches = random.Below(3);
        var scars = new float[scratches][];
        for (int i = 0; i < scratches; i++) scars[i] = [random.Unit(), random.Unit(), random.Unit(), random.Unit()];
        for (int row = 0; row < Size; row++)
        {
            for (int column = 0; column < Size; column++)
            {
                float x = (column + 0.5f) / Size, y = (row + 0.5f) / Size, nearest = 4;
                foreach (float[] s in strokes) nearest = MathF.Min(nearest, Distance(s, x, y));
                float cover = Math.Clamp((half - nearest) / soft + 0.5f, 0, 1);
                foreach (float[] scar in scars) cover = MathF.Max(cover, 0.8f * Math.Clamp((0.014f - Distance(scar, x, y)) / 0.02f + 0.5f, 0, 1));
                float value = paper + (ink - paper) * cover + noise * random.Normal();
                pixels[row * Size + column] = (byte)Math.Clamp(MathF.Floor(value + 0.5f), 0, 255);
            }
        }
    }

    private static float Distance(float[] s, float x, float y)
    {
        float ux = s[2] - s[0], uy = s[3] - s[1], vx = x - s[0], vy = y - s[1];
        float length = ux * ux + uy * uy;
        float along = length > 0 ? Math.Clamp((vx * ux + vy * uy) / length, 0, 1) : 0;
        float ex = vx - along * ux, ey = vy - along * uy;
        return MathF.Sqrt(ex * ex + ey * ey);
    }
}
