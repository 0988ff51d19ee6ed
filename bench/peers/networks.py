"""The two U-Nets of the benchmarks in PyTorch: `classic` is that of SSL4MIS, `lean` that of patchcl's default preset."""
import torch
from torch import nn
from torch.nn import functional as F


class ClassicUNet(nn.Module):
    """Widths 16 to 256 at full resolution, batch norm, bilinear upsampling: 1.81 M parameters."""

    def __init__(self, classes=4, widths=(16, 32, 64, 128, 256)):
        super().__init__()
        norm = nn.BatchNorm2d
        self.encoder = nn.ModuleList(_block(1 if i == 0 else widths[i - 1], width, norm) for i, width in enumerate(widths))
        self.reduce = nn.ModuleList(nn.Conv2d(wide, narrow, 1) for narrow, wide in zip(widths, widths[1:]))
        self.decoder = nn.ModuleList(_block(2 * width, width, norm) for width in widths[:-1])
        self.head = nn.Conv2d(widths[0], classes, 3, padding=1)

    def forward(self, x):
        features = []
        for i, stage in enumerate(self.encoder):
            x = stage(x if i == 0 else F.max_pool2d(x, 2))
            features.append(x)
        for i in reversed(range(len(self.decoder))):
            up = F.interpolate(self.reduce[i](x), scale_factor=2, mode='bilinear', align_corners=True)
            x = self.decoder[i](torch.cat([features[i], up], 1))
        return self.head(x)


class LeanUNet(nn.Module):
    """Blocks of 2 x 2 pixels as channels first, instance norm, nearest upsampling."""

    def __init__(self, classes=4, widths=(16, 32, 64, 128)):
        super().__init__()
        norm = lambda width: nn.InstanceNorm2d(width, affine=True)
        self.encoder = nn.ModuleList(_block(4 if i == 0 else widths[i - 1], width, norm) for i, width in enumerate(widths))
        self.reduce = nn.ModuleList(nn.Conv2d(wide, narrow, 1) for narrow, wide in zip(widths, widths[1:]))
        self.decoder = nn.ModuleList(_block(2 * width, width, norm) for width in widths[:-1])
        self.head = nn.Conv2d(widths[0], 4 * classes, 3, padding=1)

    def encode(self, x):
        features = []
        x = F.pixel_unshuffle(x, 2)
        for i, stage in enumerate(self.encoder):
            x = stage(x if i == 0 else F.max_pool2d(x, 2))
            features.append(x)
        return features

    def forward(self, x):
        features = self.encode(x)
        x = features[-1]
        for i in reversed(range(len(self.decoder))):
            up = F.interpolate(self.reduce[i](x), scale_factor=2, mode='nearest')
            x = self.decoder[i](torch.cat([features[i], up], 1))
        return F.pixel_shuffle(self.head(x), 2)


def _block(channels_in, channels_out, norm):
    layers = []
    for channels in (channels_in, channels_out):
        layers += [nn.Conv2d(channels, channels_out, 3, padding=1), norm(channels_out), nn.LeakyReLU(0.01)]
    return nn.Sequential(*layers)
