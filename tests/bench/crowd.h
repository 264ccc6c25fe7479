// SPDX-FileCopyrightText: 2026 The PosSync authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/device.h"

#include <memory>
#include <string>
#include <vector>

namespace possync::bench {

/// Many devices on one loop and one thread.
class Crowd : public DeviceListener
{
public:
    explicit Crowd(Endpoint server);

    Device &add(Identity who);
    /// Connects all, at most `atOnce` at a time, and waits until they are registered.
    bool connectAll(int timeoutMs, std::size_t atOnce = 100);
    /// Begins to connect one that is not, from a loopback address that depends on its place.
    void dial(std::size_t place);

    Loop &loop() { return m_loop; }
    Device &at(std::size_t place) { return *m_devices[place]; }
    std::size_t size() const { return m_devices.size(); }
    std::size_t registeredCount() const { return m_registered; }
    std::size_t lostCount() const { return m_lost; }
    void forgetCounts() { m_registered = m_lost = 0; }
    /// Text of the first `error` message or lost connection; empty if there was none.
    const std::string &trouble() const { return m_trouble; }

    void registered(Device &device) override;
    void received(Device &device, std::string_view message) override;
    void lost(Device &device) override;

private:
    Endpoint m_server;
    Loop m_loop;
    std::vector<std::unique_ptr<Device>> m_devices;
    std::size_t m_registered = 0;
    std::size_t m_lost = 0;
    std::string m_trouble;
};

} // namespace possync::bench
